import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { errorText, get } from "../common/api";
import { Icon } from "../common/icon";
import { noticeSignedOut } from "../common/session";
import { Banner, Empty } from "../common/ui";
import { addDevice, configurationChanges, pendingUntil } from "./configuration";
import type { Discovered, Mistake } from "./types";

/** What is plugged in or heard but not configured yet. One tap adds it. */
export function Discovery() {
  const readerNetworks = useSignal("");
  const found = useSignal<Discovered[] | null>(null);
  const busy = useSignal("");
  const error = useSignal("");
  const mistakes = useSignal<Mistake[]>([]);

  const search = async () => {
    busy.value = "search";
    error.value = "";
    try {
      const readers = readerNetworks.value.trim();
      found.value = await get<Discovered[]>(`api/discovery${readers === "" ? "" : `?llrp=${encodeURIComponent(readers)}`}`);
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
            <button class="primary" disabled={waiting || busy.value !== ""} onClick={() => void add(device)} aria-label={`Add ${device.name}`}>
              <Icon name="add" />
              {busy.value === keyOf(device) ? "Adding…" : "Add"}
            </button>
          </li>
        ))}
      </ul>
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void search();
        }}
      >
        <label>
          Network of RFID readers
          <span class="hint">LLRP readers are looked for only where you say: their address, or a network.</span>
          <input value={readerNetworks.value} onInput={(event) => (readerNetworks.value = event.currentTarget.value)} placeholder="192.168.7.0/24" autocapitalize="off" />
        </label>
        <button type="submit" disabled={busy.value !== ""}>
          <Icon name="search" />
          Search there too
        </button>
      </form>
    </section>
  );
}

function keyOf(device: Discovered): string {
  return `${device.driver} ${device.address}`;
}

function sampleText(sample: unknown): string {
  return typeof sample === "string" ? sample : JSON.stringify(sample);
}
