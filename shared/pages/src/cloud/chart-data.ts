import type { Threshold } from "../common/rule";
import type { Alert, Reading } from "./types";

/** Columns as uPlot takes them: Unix seconds and °C, null where the line breaks. */
export type Columns = [number[], (number | null)[]];

const MIN_MARGIN_MILLISECONDS = 30 * 60_000;
const MIN_GAP_SECONDS = 15 * 60;

/** What to show around an excursion, in Unix milliseconds: some time before it, and after it if it is over. */
export function windowOf(alert: Alert, nowMilliseconds: number): { from: number; to: number } {
  const opened = Date.parse(alert.openedAt);
  const end = alert.resolvedAt ? Date.parse(alert.resolvedAt) : nowMilliseconds;
  const margin = Math.max(MIN_MARGIN_MILLISECONDS, (end - opened) / 2);
  return { from: opened - margin, to: Math.min(end + margin, Math.max(nowMilliseconds, end)) };
}

/** The line breaks at a fault, and where nothing was heard for long: unknown is neither cold nor warm. */
export function columnsOf(readings: Reading[]): Columns {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const gap = Math.max(MIN_GAP_SECONDS, 4 * usualSpacing(readings));
  for (const { observedAt, celsius } of readings) {
    const at = Date.parse(observedAt) / 1000;
    const before = times[times.length - 1];
    if (before !== undefined && at - before > gap) {
      times.push(before + (at - before) / 2);
      values.push(null);
    }
    times.push(at);
    values.push(celsius ?? null);
  }
  return [times, values];
}

/** Scale of °C that holds the readings and the threshold with room to breathe. */
export function rangeOf(values: (number | null)[], threshold: Threshold | null): [number, number] {
  const all = values.filter((value): value is number => value !== null);
  if (threshold) {
    all.push(threshold.celsius);
  }
  if (all.length === 0) {
    return [0, 10];
  }
  const low = Math.min(...all);
  const high = Math.max(...all);
  const room = Math.max(1, (high - low) * 0.12);
  return [Math.floor(low - room), Math.ceil(high + room)];
}

/** The chart in a sentence, for those who do not see it. */
export function describe(readings: Reading[], threshold: Threshold | null): string {
  const values = readings.map(({ celsius }) => celsius).filter((value): value is number => value != null);
  if (values.length === 0) {
    return "No readings in this time.";
  }
  const faults = readings.length - values.length;
  const parts = [`${values.length} readings from ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} °C`];
  if (threshold) {
    const out = values.filter((value) => (threshold.direction === "above" ? value >= threshold.celsius : value <= threshold.celsius)).length;
    parts.push(`${out} of them at or ${threshold.direction} ${threshold.celsius} °C`);
  }
  if (faults > 0) {
    parts.push(`${faults} with a sensor fault`);
  }
  return `${parts.join(", ")}.`;
}

/** Median distance of two readings in seconds, 0 when there are fewer. */
function usualSpacing(readings: Reading[]): number {
  const spacings = readings
    .slice(1)
    .map(({ observedAt }, index) => (Date.parse(observedAt) - Date.parse(readings[index]!.observedAt)) / 1000)
    .sort((a, b) => a - b);
  return spacings[Math.floor(spacings.length / 2)] ?? 0;
}
