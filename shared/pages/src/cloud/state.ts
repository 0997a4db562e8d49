import { computed, signal } from "@preact/signals";
import { get } from "../common/api";
import { listen } from "../common/live";
import { noticeSignedOut, session } from "../common/session";
import type { Alert, AlertState, Gateway, StockRow } from "./types";

export const alerts = signal<Record<AlertState, Alert[]>>({ open: [], acknowledged: [], resolved: [] });
export const stock = signal<StockRow[]>([]);
export const gateways = signal<Gateway[]>([]);

/** Counts up with each change of that kind; what shows more than the lists above fetches again. */
export const changes = { alerts: signal(0), stock: signal(0), gateways: signal(0) };

/** The newest alert that opened while the page was open, to be said aloud. */
export const newest = signal<Alert | null>(null);

export const lowCount = computed(() => stock.value.filter(({ lowSince }) => lowSince).length);

const SETTLE_MILLISECONDS = 250;
const RETRY_MILLISECONDS = 3_000;

/** Keeps the lists live until the returned function is called. */
export function follow(): () => void {
  const refreshAlerts = settled(async () => {
    const states: AlertState[] = ["open", "acknowledged", "resolved"];
    const [open, acknowledged, resolved] = await Promise.all(states.map((state) => get<Alert[]>(`api/alerts?state=${state}`)));
    const known = new Set(Object.values(alerts.value).flatMap((list) => list.map(({ id }) => id)));
    if (known.size > 0) {
      newest.value = open!.find(({ id }) => !known.has(id)) ?? newest.value;
    }
    alerts.value = { open: open!, acknowledged: acknowledged!, resolved: resolved! };
    changes.alerts.value++;
  });
  const refreshStock = settled(async () => {
    stock.value = await get<StockRow[]>("api/stock");
    changes.stock.value++;
  });
  const refreshGateways = settled(async () => {
    gateways.value = await get<Gateway[]>("api/gateways");
    changes.gateways.value++;
  });
  return listen({ alerts: refreshAlerts, stock: refreshStock, gateways: refreshGateways }, () => {
    refreshAlerts();
    refreshStock();
    refreshGateways();
  });
}

/** Runs it once for a burst of calls, once more if it was called while it ran, and again after a while when it failed. */
function settled(refresh: () => Promise<void>): () => void {
  let waiting = false;
  let running = false;
  const run = async () => {
    waiting = false;
    running = true;
    let pause = SETTLE_MILLISECONDS;
    try {
      await refresh();
    } catch (e) {
      noticeSignedOut(e);
      waiting ||= session.value?.user != null;
      pause = RETRY_MILLISECONDS;
    }
    running = false;
    if (waiting) {
      setTimeout(() => void run(), pause);
    }
  };
  return () => {
    if (!waiting && !running) {
      setTimeout(() => void run(), SETTLE_MILLISECONDS);
    }
    waiting = true;
  };
}
