import { computed, signal } from "@preact/signals";
import { setServerTime } from "../common/clock";
import { listen } from "../common/live";
import { noticeSignedOut } from "../common/session";
import { loadPending } from "./configuration";
import type { Status } from "./types";

export const status = signal<Status | null>(null);

/** When the status arrived by the page's own monotonic clock, in milliseconds. */
export const statusAt = signal(0);

/** Devices out of their range; a silent or faulty one says so itself. */
export const alarmedDevices = computed(() => new Set(status.value?.alarms.filter(({ kind }) => kind === "excursion").map(({ device }) => device)));

/** Keeps the status live until the returned function is called. */
export function follow(): () => void {
  return listen({ status: (data) => take(JSON.parse(data) as Status) }, () => {
    loadPending().catch(noticeSignedOut);
  });
}

function take(next: Status): void {
  setServerTime(next.now);
  statusAt.value = performance.now();
  status.value = next;
}
