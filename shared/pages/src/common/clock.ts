import { signal } from "@preact/signals";

/** The server's time in Unix milliseconds, moved on each second: a phone's own clock may be wrong. */
export const now = signal(Date.now());

const DATE_TOLERANCE_MILLISECONDS = 2_500;

let offsetMilliseconds = 0;

/** Takes over the server's clock from one of its answers. */
export function setServerTime(iso: string): void {
  const time = Date.parse(iso);
  if (!Number.isNaN(time)) {
    offsetMilliseconds = time - Date.now();
    tick();
  }
}

/** The same from the Date header of any answer, which knows seconds only: taken where this machine's clock is clearly off. */
export function noticeServerDate(header: string | null): void {
  const time = header === null ? NaN : Date.parse(header);
  if (Math.abs(time - Date.now() - offsetMilliseconds) > DATE_TOLERANCE_MILLISECONDS) {
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
