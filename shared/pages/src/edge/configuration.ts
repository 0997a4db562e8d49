import { signal } from "@preact/signals";
import { ApiError, get, getText, post, put } from "../common/api";
import { now } from "../common/clock";
import { freeId, slug } from "./device-id";
import { append } from "./json-path";
import type { Mistake } from "./types";

/** Settings that are in use but will be undone at this time unless somebody confirms them. */
export const pendingUntil = signal<string | null>(null);

/** Set when settings were undone because nobody confirmed them. */
export const undone = signal(false);

/** Counts up whenever the settings in use may have changed, so that an editor knows its text is old. */
export const configurationChanges = signal(0);

interface Pending {
  confirmBy?: string | null;
}

export async function loadPending(): Promise<void> {
  const pending = await get<Pending | null | undefined>("api/config/pending");
  pendingUntil.value = pending?.confirmBy ?? null;
}

/** As it was written, with its layout. */
export function loadConfiguration(): Promise<string> {
  return getText("api/config");
}

/** Applies the settings; returns what is wrong with them, nothing when they are in use. */
export async function apply(json: string): Promise<Mistake[]> {
  try {
    const { confirmBy } = await put<Pending>("api/config", json);
    undone.value = false;
    pendingUntil.value = confirmBy ?? null;
    configurationChanges.value++;
    return [];
  } catch (e) {
    const mistakes = e instanceof ApiError ? (e.body as { mistakes?: Mistake[] } | undefined)?.mistakes : undefined;
    if (mistakes) {
      return mistakes;
    }
    throw e;
  }
}

export async function confirm(): Promise<void> {
  await post("api/config/confirm");
  pendingUntil.value = null;
}

/** Called as time passes: notices that the time to confirm is over. */
export async function checkPending(): Promise<void> {
  if (pendingUntil.value === null || now.value < Date.parse(pendingUntil.value)) {
    return;
  }
  await loadPending();
  if (pendingUntil.value === null) {
    undone.value = true;
    configurationChanges.value++;
  }
}

/** Adds a device to the settings in use under an id that is still free. */
export async function addDevice(settings: Record<string, unknown>, name: string): Promise<Mistake[]> {
  const text = await loadConfiguration();
  const configuration = JSON.parse(text) as { devices?: Record<string, unknown>[] };
  const devices = configuration.devices ?? [];
  const wished = typeof settings.id === "string" ? settings.id : slug(name);
  const device = { ...settings, id: freeId(wished, new Set(devices.map(({ id }) => id))) };
  return apply(append(text, "$.devices", devices.length, device) ?? JSON.stringify({ ...configuration, devices: [device] }, null, 2));
}
