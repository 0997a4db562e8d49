import { signal } from "@preact/signals";
import { now } from "./clock";
import { refreshSession } from "./session";

const RETRY_MILLISECONDS = 2_000;
const PROBE_MILLISECONDS = 5_000;
const PROBE_TIMEOUT_MILLISECONDS = 4_000;

export type LinkState = "connecting" | "live" | "lost";

/** Whether this page hears the server. */
export const link = signal<LinkState>("connecting");

/** Server time at which the connection was last good, in Unix milliseconds. */
export const linkLostAt = signal<number | null>(null);

/**
 * Listens to the server's events until the returned function is called.
 * A phone that leaves the Wi-Fi hears nothing of it from its TCP connection, so the server is also asked every few seconds.
 * `onOpen` runs each time the stream opens: what was missed meanwhile has to be fetched.
 */
export function listen(events: Record<string, (data: string) => void>, onOpen: () => void): () => void {
  let source: EventSource | null = null;
  let retry = 0;
  let stopped = false;

  const lose = () => {
    source?.close();
    source = null;
    if (stopped) {
      return;
    }
    if (link.value !== "lost") {
      link.value = "lost";
      linkLostAt.value = now.value;
    }
    clearTimeout(retry);
    retry = window.setTimeout(() => void open(), RETRY_MILLISECONDS);
  };

  const open = async () => {
    try {
      const { user } = await refreshSession();
      if (user === null || stopped) {
        return;
      }
    } catch {
      lose();
      return;
    }
    source = new EventSource("api/events");
    source.onopen = () => {
      link.value = "live";
      linkLostAt.value = null;
      onOpen();
    };
    source.onerror = lose;
    for (const [name, handle] of Object.entries(events)) {
      source.addEventListener(name, (event) => handle((event as MessageEvent<string>).data));
    }
  };

  const probe = window.setInterval(() => {
    if (link.value === "live") {
      fetch("healthz", { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MILLISECONDS) }).catch(lose);
    }
  }, PROBE_MILLISECONDS);

  link.value = "connecting";
  void open();
  return () => {
    stopped = true;
    clearTimeout(retry);
    clearInterval(probe);
    source?.close();
  };
}
