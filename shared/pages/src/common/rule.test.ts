import assert from "node:assert/strict";
import { test } from "node:test";
import { describeRule, thresholdOf } from "./rule";

test("a rule is said in words with units", () => {
  assert.equal(describeRule("excursion", "above 8 for 30m"), "above 8 °C for 30 min");
  assert.equal(describeRule("excursion", "below -0.5 for 60m"), "below −0.5 °C for 60 min");
  assert.equal(describeRule("excursion", "above 8 cumulative 60m in 24h"), "above 8 °C for 60 min in all within 24 h");
  assert.equal(describeRule("excursion", "mkt above 8 in 24h"), "MKT above 8 °C in 24 h");
  assert.equal(describeRule("excursion", "hard above 15"), "hard limit: above 15 °C");
  assert.equal(describeRule("silent", "silent for 15m"), "no readings for 15 min");
  assert.equal(describeRule("fault", "fault"), "no reading can be trusted");
  assert.equal(describeRule("gateway-lost", "not heard for 2m"), "not heard for 2 min");
  assert.equal(describeRule("low-stock", "below 100"), "below 100");
});

test("the threshold is the line a reading crosses", () => {
  assert.deepEqual(thresholdOf("above 8 for 30m"), { direction: "above", celsius: 8 });
  assert.deepEqual(thresholdOf("hard below -25.5"), { direction: "below", celsius: -25.5 });
});

test("a mean kinetic temperature is no line in a chart of readings", () => {
  assert.equal(thresholdOf("mkt above 8 in 24h"), null);
  assert.equal(thresholdOf("silent"), null);
});
