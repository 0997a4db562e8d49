import type { Mock } from "./server";

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

/** A store with a warm cold room, a silent probe and a broken link. */
export function edge(): Mock {
  const started = Date.now();
  let pending: string | null = null;
  let configuration: { devices: Record<string, unknown>[] } = {
    gateway: { id: "store-dallas-1", site: "dallas", asset: null },
    mqtt: { host: "127.0.0.1", port: 1883 },
    uplink: { bootstrapServers: "kafka:9093", securityProtocol: "Ssl", caFile: "ca.pem" },
    buffer: { path: "buffer.db", maxBytes: 2147483648, reserveBytes: 67108864 },
    web: { listen: "http://0.0.0.0:8080" },
    profiles: { chilled: { rules: [{ above: 8, for: "30m" }], silentAfter: "15m" } },
    devices: [
      { id: "cold-room-1", driver: "w1", address: "28-00000a1b2c3d", every: "30s", profile: "chilled" },
      { id: "portal-1", driver: "mqtt", topic: "readers/portal-1", format: "zebra", zone: "dock-1", passage: "receiving" },
    ],
  } as { devices: Record<string, unknown>[] };

  const devices = () => {
    const second = Math.floor((Date.now() - started) / 1000);
    const beat = second % 5;
    return [
      { id: "freezer-2", driver: "hwmon", kind: "temperature", health: "ok", lastValue: { celsius: -18.2 + (Math.floor(second / 5) % 3) / 10 }, lastAt: ago(beat), ageSeconds: beat, profile: "frozen", refused: 0 },
      { id: "cold-room-1", driver: "w1", kind: "temperature", health: "ok", lastValue: { celsius: 9.4, humidity: 71 }, lastAt: ago(beat), ageSeconds: beat, profile: "chilled", refused: 0 },
      { id: "probe-7", driver: "mqtt", kind: "temperature", health: "silent", detail: "Nothing heard for 22 min; it reports every 5 min. Check its battery.", lastValue: { celsius: 4.6, battery: 3 }, lastAt: ago(1320 + second), ageSeconds: 1320 + second, profile: "chilled", refused: 3 },
      { id: "portal-1", driver: "mqtt", kind: "tags", health: "ok", lastValue: { epc: "urn:epc:id:sgtin:0614141.812345.6789", gtin: "80614141123458", zone: "dock-1", change: "arrived", rssiDbm: -52 }, lastAt: ago(beat), ageSeconds: beat, refused: 0 },
      { id: "dock-door-3", driver: "gpio", kind: "input", health: "ok", lastValue: { kind: "door", active: true }, lastAt: ago(400 + second), ageSeconds: 400 + second, refused: 0 },
      { id: "truck-gps", driver: "gpsd", kind: "position", health: "ok", lastValue: { latitude: 32.7767, longitude: -96.797, speedMetresPerSecond: 13.9, accuracyMetres: 4 }, lastAt: ago(beat), ageSeconds: beat, refused: 0 },
      { id: "probe-9", driver: "w1", kind: "temperature", health: "unplugged", detail: "28-0000051e02aa is not on the bus. Check the plug.", lastValue: null, refused: 0 },
    ];
  };
  const buffer = () => {
    const second = (Date.now() - started) / 1000;
    return { buffered: 18432 + Math.round(second * 12), bytes: 6815744, maxBytes: 2147483648, oldestBufferedAt: ago(1534 + second), oldestAgeSeconds: 1534 + second, lastSeq: 918273, store: "7f3a91c2", state: "ok", perSecondIn: 12, perSecondOut: 0 };
  };
  const status = () => ({
    gateway: "store-dallas-1",
    site: "dallas",
    asset: null,
    version: "0.1.0",
    startedAt: ago(273600),
    now: new Date().toISOString(),
    clock: "ntp",
    uplink: { state: "down", since: ago(1534), detail: "kafka:9093 does not answer. Tried again every few seconds.", lastAckAt: ago(1534), acked: 899841 },
    mqtt: { state: "connected" },
    buffer: buffer(),
    devices: devices(),
    alarms: [
      { device: "cold-room-1", kind: "excursion", rule: "above 8 for 30m", openedAt: ago(2520), peakCelsius: 9.8 },
      { device: "probe-7", kind: "silent", rule: "silent for 15m", openedAt: ago(420) },
    ],
  });

  return {
    routes: {
      "GET /healthz": () => ({ body: "ok" }),
      "GET /api/status": () => ({ body: status() }),
      "GET /api/devices": () => ({ body: devices().map((device) => ({ ...device, lastRefusals: device.refused ? [{ at: ago(90), reason: "celsius is missing", sample: '{"linkquality":97}' }] : [] })) }),
      "GET /api/config": () => ({ body: JSON.stringify(configuration, null, 2) }),
      "GET /api/config/pending": () => ({ body: { confirmBy: pending !== null && Date.parse(pending) > Date.now() ? pending : null } }),
      "POST /api/config/confirm": () => ((pending = null), { body: {} }),
      "PUT /api/config": ({ body }) => {
        const mistakes = /"every": "(?!\d+[smhd]")([^"]*)"/.exec(body);
        if (mistakes) {
          return { status: 422, body: { mistakes: [{ path: "$.devices[0].every", message: `"${mistakes[1]}" is no duration; write it as "30s", "15m", "24h" or "7d"` }, { path: "$.devices[1].zoen", message: "is not known; did you mean zone?" }, { path: "$.uplink.bootstrapServers", message: "is missing" }] } };
        }
        configuration = JSON.parse(body) as { devices: Record<string, unknown>[] };
        pending = new Date(Date.now() + 60_000).toISOString();
        return { body: { confirmBy: pending } };
      },
      "GET /api/discovery": () => ({
        body: [
          { driver: "w1", address: "28-0000051e02ab", name: "Temperature probe 02ab", sample: "4.3 °C", settings: { driver: "w1", address: "28-0000051e02ab", every: "30s" } },
          { driver: "mqtt", address: "zigbee2mqtt/probe-8", name: "probe-8", sample: '{"temperature":3.9,"humidity":62.1,"battery":88}', settings: { id: "probe-8", driver: "mqtt", topic: "zigbee2mqtt/probe-8", format: "json", map: { celsius: "$.temperature" } } },
        ],
      }),
    },
    tick: () => ({ status: status() }),
  };
}
