import assert from "node:assert/strict";
import { test } from "node:test";
import { freeId, slug } from "./device-id";
import type { DeviceStatus, Health } from "./types";
import { readingOf, sortDevices } from "./values";

const device = (id: string, health: Health, lastValue: Record<string, unknown> | null = null): DeviceStatus => ({
  id,
  driver: "mqtt",
  kind: "temperature",
  health,
  lastValue,
  refused: 0,
});

test("each kind of value has one thing that is big", () => {
  assert.deepEqual(readingOf(device("p", "ok", { celsius: -18.24, battery: 86 })), { main: "−18.2", unit: "°C", more: ["Battery 86 %"] });
  assert.equal(readingOf(device("d", "ok", { kind: "door", active: true })).main, "Open");
  assert.equal(readingOf(device("g", "ok", { latitude: 32.77671, longitude: -96.797, speedMetresPerSecond: 10 })).main, "32.7767, −96.7970");
  assert.deepEqual(readingOf(device("g", "ok", { latitude: 1, longitude: 2, speedMetresPerSecond: 10 })).more, ["Speed 36 km/h"]);
  assert.equal(readingOf(device("t", "ok", { epc: "raw:E280", zone: "dock-1", change: "arrived" })).main, "Arrived · dock-1");
  assert.equal(readingOf(device("n", "unknown")).main, "No value yet");
});

test("what is in alarm comes first, then what is in trouble, then the configured order", () => {
  const sorted = sortDevices([device("a", "ok"), device("b", "silent"), device("c", "ok"), device("d", "faulty")], new Set(["c"]));
  assert.deepEqual(
    sorted.map(({ id }) => id),
    ["c", "d", "b", "a"],
  );
});

test("a device that is added gets an id that is free", () => {
  assert.equal(freeId("probe", new Set(["a"])), "probe");
  assert.equal(freeId("probe", new Set(["probe", "probe-2"])), "probe-3");
  assert.equal(slug("Temperature probe 02ab"), "temperature-probe-02ab");
  assert.equal(slug("°°"), "device");
});
