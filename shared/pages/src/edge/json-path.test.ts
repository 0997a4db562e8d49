import assert from "node:assert/strict";
import { test } from "node:test";
import { append, locate } from "./json-path";

const text = `{
  "gateway": { "id": "store-1", "asset": null },
  "devices": [
    { "id": "a", "every": "30s" },
    { "id": "b", "map": { "celsius": "$.temp[0].x" },
      "every": "1 minute" }
  ]
}`;

const at = (path: string, message = "") => {
  const place = locate(text, path, message);
  return place && { text: text.slice(place.start, place.end), line: place.line };
};

test("a path leads to the key and its value", () => {
  assert.deepEqual(at("$.devices[1].every"), { text: '"every": "1 minute"', line: 6 });
  assert.deepEqual(at("$.gateway.asset"), { text: '"asset": null', line: 2 });
  assert.deepEqual(at("devices[0].id"), { text: '"id": "a"', line: 4 });
});

test("an element of a list is marked where it begins", () => {
  assert.deepEqual(at("$.devices[1]"), { text: "{", line: 5 });
});

test("what is missing is looked for at its nearest parent", () => {
  assert.equal(at("$.devices[0].driver")?.line, 4);
  assert.equal(at("$.uplink.bootstrapServers")?.line, 1);
});

test("a line named in the message wins", () => {
  assert.equal(at("$", "is not JSON at line 6, byte 7: ...")?.line, 6);
  assert.equal(at("$", "is not JSON at line 99, byte 1: ...")?.line, 8);
});

test("text that is broken before the place is no reason to fail", () => {
  assert.equal(locate("{ broken", "$.devices[0]")?.line, 1);
  assert.equal(locate("", "$.devices[0]")?.line, 1);
});

test("a device is added behind the last one and the layout stays", () => {
  const added = append(text, "$.devices", 2, { id: "c", map: { celsius: "$.t" } })!;
  assert.ok(added.includes('      "every": "1 minute" },\n    { "id": "c", "map": { "celsius": "$.t" } }\n  ]'));
  assert.equal((JSON.parse(added) as { devices: unknown[] }).devices.length, 3);
});

test("nothing is added to a list that is empty or not there", () => {
  assert.equal(append('{"devices": []}', "$.devices", 0, {}), null);
  assert.equal(append("{}", "$.devices", 1, {}), null);
});
