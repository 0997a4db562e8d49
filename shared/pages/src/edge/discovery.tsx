import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { errorText, get } from "../common/api";
import { Icon } from "../common/icon";
import { noticeSignedOut } from "../common/session";
import { Badge, Banner, Empty } from "../common/ui";
import { addDevice, configurationChanges, loadConfiguration, pendingUntil } from "./configuration";
import { isConfigured } from "./device-id";
import type { Discovered, Mistake } from "./types";

/** What is plugged in or heard but not configured yet. One tap adds it. */
export function Discovery() {
  const found = useSignal<(Discovered & { added: boolean })[] | null>(null);
  const busy = useSignal("");
  const error = useSignal("");
  const mistakes = useSignal<Mistake[]>([]);

  const search = async () => {
    busy.value = "search";
    error.value = "";
    try {
      const [all, configuration] = await Promise.all([get<Discovered[]>("api/discovery"), loadConfiguration()]);
      const { devices = [] } = JSON.parse(configuration) as { devices?: Record<string, unknown>[] };
      found.value = all.map((device) => ({ ...device, added: isConfigured(device.settings, devices) }));
    } catch (e) {
      noticeSignedOut(e);
      error.value = errorText(e);
    } finally {
      busy.value = "";
    }
  };
  useEffect(() => void search(), [configurationChanges.value]);

  const add = async (device: Discovered) => {
    busy.value = keyOf(device);
    error.value = "";
    mistakes.value = [];
    try {
      mistakes.value = await addDevice(device.settings, device.name);
    } catch (e) {
      noticeSignedOut(e);
      error.value = errorText(e);
    } finally {
      busy.value = "";
    }
  };

  const waiting = pendingUntil.value !== null;
  return (
    <section class="stack" aria-labelledby="add-title">
      <div class="row spread">
        <h1 id="add-title">Add a device</h1>
        <button onClick={() => void search()} disabled={busy.value !== ""}>
          <Icon name="search" />
          {busy.value === "search" ? "Searching…" : "Search again"}
        </button>
      </div>
      {error.value && (
        <Banner tone="bad" icon="error" urgent>
          {error.value}
        </Banner>
      )}
      {mistakes.value.length > 0 && (
        <Banner tone="bad" icon="error" urgent>
          <strong>It could not be added.</strong> {mistakes.value.map(({ path, message }) => `${path}: ${message}`).join("; ")}
        </Banner>
      )}
      {waiting && <p class="muted">Keep the settings in use first, then add the next device.</p>}
      {busy.value === "search" && (
        <p class="muted" role="status">
          Listening for a few seconds to what is plugged in and to what is sent.
        </p>
      )}
      {found.value?.length === 0 && (
        <div class="card">
          <Empty icon="search">Nothing new was found. Plug the device in, wait until it sends its first value, then search again.</Empty>
        </div>
      )}
      <ul class="stack">
        {found.value?.map((device) => (
          <li key={keyOf(device)} class="card found">
            <div>
              <h2>{device.name}</h2>
              <p class="muted">
                {device.driver} · <code>{device.address}</code>
              </p>
              {device.sample != null && <p class="sample">{sampleText(device.sample)}</p>}
            </div>
            {device.added ? (
              <Badge tone="good" icon="check">
                Added
              </Badge>
            ) : (
              <button class="primary" disabled={waiting || busy.value !== ""} onClick={() => void add(device)} aria-label={`Add ${device.name}`}>
                <Icon name="add" />
                {busy.value === keyOf(device) ? "Adding…" : "Add"}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function keyOf(device: Discovered): string {
  return `${device.driver} ${device.address}`;
}

function sampleText(sample: unknown): string {
  return typeof sample === "string" ? sample : JSON.stringify(sample);
}
