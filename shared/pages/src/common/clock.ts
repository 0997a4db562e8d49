import { signal } from "@preact/signals";

/** The server's time in Unix milliseconds, moved on each second: a phone's own clock may be wrong. */
export const now = signal(Date.now());

let offsetMilliseconds = 0;

/** Takes over the server's clock from one of its answers. */
export function setServerTime(iso: string): void {
  const time = Date.parse(iso);
  if (!Number.isNaN(time)) {
    offsetMilliseconds = time - Date.now();
    tick();
  }
}

/** Seconds since then, never negative. */
export function secondsSince(iso: string): number {
  return Math.max(0, (now.value - Date.parse(iso)) / 1000);
}

function tick(): void {
  now.value = Date.now() + offsetMilliseconds;
}

setInterval(tick, 1000);
