import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAge, formatBytes, formatCelsius, formatCountdown, formatDuration, formatNumber, formatTime } from "./format";

test("a duration is said in the two units that matter", () => {
  assert.equal(formatDuration(0), "0 s");
  assert.equal(formatDuration(59.9), "59 s");
  assert.equal(formatDuration(60), "1 min");
  assert.equal(formatDuration(3599), "59 min");
  assert.equal(formatDuration(7500), "2 h 05 min");
  assert.equal(formatDuration(7200), "2 h");
  assert.equal(formatDuration(47 * 3600 + 59 * 60), "47 h 59 min");
  assert.equal(formatDuration(48 * 3600), "2 d");
  assert.equal(formatDuration(100 * 3600), "4 d 4 h");
});

test("an age below zero, from a clock that jumped, is now", () => {
  assert.equal(formatAge(-5), "just now");
  assert.equal(formatAge(12), "12 s ago");
});

test("a countdown reaches zero only when the time is over", () => {
  assert.equal(formatCountdown(60), "1:00");
  assert.equal(formatCountdown(0.2), "0:01");
  assert.equal(formatCountdown(-3), "0:00");
});

test("numbers have a true minus sign, and no minus zero", () => {
  assert.equal(formatCelsius(-18.25), "−18.3 °C");
  assert.equal(formatNumber(-0.04), "0.0");
});

test("bytes are said in binary units", () => {
  assert.equal(formatBytes(512), "512 B");
  assert.equal(formatBytes(6_815_744), "6.5 MiB");
  assert.equal(formatBytes(2_147_483_648), "2.0 GiB");
});

test("a time of another day says its day", () => {
  const noon = new Date(2026, 0, 2, 12, 0, 0);
  assert.equal(formatTime(noon.toISOString(), noon.getTime()), "12:00:00");
  assert.equal(formatTime(noon.toISOString(), noon.getTime() + 86_400_000), "2 Jan 2026, 12:00:00");
});
