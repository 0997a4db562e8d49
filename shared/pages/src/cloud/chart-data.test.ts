import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, describe, rangeOf, windowOf } from "./chart-data";
import type { Alert, Reading } from "./types";

const start = Date.parse("2026-01-02T03:00:00.000Z");
const reading = (minute: number, celsius?: number): Reading =>
  celsius === undefined ? { observedAt: new Date(start + minute * 60_000).toISOString(), fault: "crc" } : { observedAt: new Date(start + minute * 60_000).toISOString(), celsius };

const alert = (openedMinute: number, resolvedMinute?: number) =>
  ({ openedAt: reading(openedMinute).observedAt, resolvedAt: resolvedMinute === undefined ? null : reading(resolvedMinute).observedAt }) as Alert;

test("the line breaks at a fault", () => {
  const [times, values] = columnsOf([reading(0, 4), reading(1), reading(2, 5)]);
  assert.deepEqual(values, [4, null, 5]);
  assert.equal(times[0], start / 1000);
});

test("the line breaks where nothing was heard for long", () => {
  const [, values] = columnsOf([reading(0, 4), reading(1, 4), reading(2, 4), reading(40, 9), reading(41, 9)]);
  assert.deepEqual(values, [4, 4, 4, null, 9, 9]);
});

test("probes that report rarely are not broken into dots", () => {
  const [, values] = columnsOf([0, 30, 60, 90].map((minute) => reading(minute, 4)));
  assert.deepEqual(values, [4, 4, 4, 4]);
});

test("the scale holds the threshold even when no reading is near it", () => {
  const [low, high] = rangeOf([2, 3, null], { direction: "above", celsius: 8 });
  assert.ok(low < 2 && high > 8);
  assert.deepEqual(rangeOf([], null), [0, 10]);
});

test("an excursion is shown with time before and after it, and never the future", () => {
  const closed = windowOf(alert(60, 180), start + 1000 * 60_000);
  assert.deepEqual([(closed.from - start) / 60_000, (closed.to - start) / 60_000], [0, 240]);
  const open = windowOf(alert(60), start + 70 * 60_000);
  assert.deepEqual([(open.from - start) / 60_000, (open.to - start) / 60_000], [30, 70]);
});

test("the chart is also said in a sentence", () => {
  const text = describe([reading(0, 7), reading(1, 8), reading(2)], { direction: "above", celsius: 8 });
  assert.equal(text, "2 readings from 7.0 to 8.0 °C, 1 of them at or above 8 °C, 1 with a sensor fault.");
});
