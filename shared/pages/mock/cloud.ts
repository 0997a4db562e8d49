import type { Mock } from "./server";

const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

/** Two gateways, an open excursion, one found late, low stock and a range that is missing. */
export function cloud(): Mock {
  const alerts: Record<string, unknown>[] = [
    { id: "store-dallas-1/cold-room-1/excursion/above-8-for-30m/1", kind: "excursion", severity: "critical", state: "open", gateway: "store-dallas-1", device: "cold-room-1", site: "dallas", rule: "above 8 for 30m", openedAt: at(62), detectedAt: at(32), late: false, peakCelsius: 11.3 },
    { id: "truck-12/probe-2/excursion/below-2-for-20m/1", kind: "excursion", severity: "critical", state: "open", gateway: "truck-12", device: "probe-2", site: "dallas", asset: "trailer-12", rule: "below 2 for 20m", openedAt: at(400), resolvedAt: null, detectedAt: at(12), late: true, peakCelsius: -0.8 },
    { id: "store-dallas-1/probe-7/silent/silent/1", kind: "silent", severity: "warning", state: "open", gateway: "store-dallas-1", device: "probe-7", site: "dallas", rule: "silent for 15m", openedAt: at(25), detectedAt: at(24), late: false },
    { id: "low-stock/dallas/80614141123458", kind: "low-stock", severity: "warning", state: "open", site: "dallas", sku: "80614141123458", rule: "below 100", openedAt: at(190), detectedAt: at(190), late: false },
    { id: "store-dallas-1/freezer-2/excursion/above--15-for-30m/1", kind: "excursion", severity: "critical", state: "acknowledged", gateway: "store-dallas-1", device: "freezer-2", site: "dallas", rule: "above -15 for 30m", openedAt: at(300), detectedAt: at(270), late: false, peakCelsius: -12.4, acknowledgedBy: "operator", note: "Door was left open during unloading; goods moved to freezer 3." },
    { id: "store-dallas-1/cold-room-1/excursion/above-8-for-30m/0", kind: "excursion", severity: "critical", state: "resolved", gateway: "store-dallas-1", device: "cold-room-1", site: "dallas", rule: "above 8 for 30m", openedAt: at(1500), resolvedAt: at(1430), detectedAt: at(1470), late: false, peakCelsius: 9.1, acknowledgedBy: "operator", note: "Compressor restarted." },
  ];
  const audit = (alert: Record<string, unknown>) => [{ at: alert.detectedAt, change: "opened" }, ...(alert.acknowledgedBy ? [{ at: at(5), by: alert.acknowledgedBy, change: "acknowledged", note: alert.note }] : [])];
  const stock = ["dallas", "fort-worth"].flatMap((site, s) =>
    Array.from({ length: 9 }, (_, index) => {
      const onHand = 60 + ((index * 137 + s * 71) % 900);
      const reserved = (index * 29) % 50;
      return { site, sku: index === 0 && s === 0 ? "80614141123458" : `0061414${String(1000000 + index * 7919)}`, onHand, reserved, available: onHand - reserved, inTransit: index === 4 ? 240 : 0, lowSince: index === 0 && s === 0 ? at(190) : null, updatedAt: at(index * 3 + 0.2) };
    }),
  );
  const id = (path: string) => decodeURIComponent(path.split("/")[3]!);
  const byId = (path: string) => alerts.find((alert) => alert.id === id(path));
  return {
    routes: {
      "GET /healthz": () => ({ body: "ok" }),
      "GET /api/alerts": ({ query }) => ({ body: alerts.filter(({ state }) => state === query.get("state")) }),
      "GET /api/alerts/*": ({ path }) => {
        const alert = byId(path);
        return alert && { body: { ...alert, audit: audit(alert) } };
      },
      "POST /api/alerts/*": ({ path, body }) => {
        const alert = byId(path)!;
        Object.assign(alert, { state: "acknowledged", acknowledgedBy: "operator", note: (JSON.parse(body) as { note: string }).note });
        return { body: alert };
      },
      "GET /api/stock/*": ({ path }) => ({
        body: {
          site: path.split("/")[3], sku: path.split("/")[4],
          facts: [
            { id: "m3", kind: "shipped", quantity: 12, change: -12, reference: "order 4711", channel: "web", by: null, reason: null, occurredAt: at(4) },
            { id: "m2", kind: "damaged", quantity: 2, change: -2, by: "operator", reason: "crushed pallet", occurredAt: at(90) },
            { id: "m1", kind: "received", quantity: 75, change: 75, reference: "ASN 88", occurredAt: at(400) },
          ],
          variances: [],
        },
      }),
      "GET /api/stock": () => ({ body: stock }),
      "GET /api/gateways": () => ({
        body: [
          { gateway: "store-dallas-1", site: "dallas", asset: null, store: "7f3a91c2", highestSeq: 918273, missing: [], ledgered: [{ store: "7f3a91c2", from: 402110, to: 409870, kind: "shed", count: 5120, reason: "disk nearly full: repeat tag reads given up" }], buffered: 0, lastHeard: at(0.1), version: "0.1.0", clock: "ntp", lost: false },
          { gateway: "truck-12", site: "dallas", asset: "trailer-12", store: "19bd04aa", highestSeq: 44120, missing: [{ store: "19bd04aa", from: 39900, to: 40210 }], ledgered: [], buffered: 18432, oldestBufferedAt: at(26), lastHeard: at(14), version: "0.1.0", clock: "gps", lost: true },
        ],
      }),
      "GET /api/devices/*": ({ query }) => {
        const from = Date.parse(query.get("from")!);
        const to = Math.min(Date.parse(query.get("to")!), Date.now());
        const rows = [];
        for (let t = from; t < to; t += 60_000) {
          const share = (t - from) / (to - from);
          const celsius = 5 + 6 * Math.exp(-(((share - 0.72) / 0.22) ** 2)) + Math.sin(t / 173_000) * 0.25;
          rows.push(share > 0.12 && share < 0.14 ? { observedAt: new Date(t).toISOString(), fault: "85 °C power-on value" } : { observedAt: new Date(t).toISOString(), celsius: Math.round(celsius * 16) / 16 });
        }
        return { body: rows };
      },
      "GET /api/items/*": ({ path }) => ({
        body: {
          epc: id(path), gtin: "80614141123458", site: "dallas", zone: "shelf-4", inStock: true,
          history: [
            { observedAt: at(12), change: "arrived", passage: "shelf", site: "dallas", zone: "shelf-4", gateway: "store-dallas-1", device: "shelf-reader-4" },
            { observedAt: at(50), change: "arrived", passage: "receiving", site: "dallas", zone: "dock-1", gateway: "store-dallas-1", device: "portal-1" },
          ],
        },
      }),
      "GET /api/lag": () => ({ body: [{ topic: "gateway.temperature", partition: 0, records: 0, seconds: 0.2 }, { topic: "gateway.tags", partition: 0, records: 1834, seconds: 75 }] }),
    },
    tick: () => {
      const row = stock[Math.floor(Math.random() * stock.length)]!;
      row.onHand += 1;
      row.available += 1;
      row.updatedAt = new Date().toISOString();
      return { stock: {} };
    },
  };
}
