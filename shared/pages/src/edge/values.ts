import { capital, formatNumber } from "../common/format";
import type { DeviceStatus, Health } from "./types";

/** A device's last value as a technician reads it: one thing big, the rest small. */
export interface Reading {
  main: string;
  unit: string;
  more: string[];
}

export function readingOf(device: DeviceStatus): Reading {
  const value = device.lastValue ?? {};
  const number = (name: string) => (typeof value[name] === "number" ? (value[name] as number) : null);
  const text = (name: string) => (typeof value[name] === "string" ? (value[name] as string) : null);
  const more: string[] = [];
  const add = (label: string, of: number | null, unit: string, decimals = 0) => {
    if (of !== null) {
      more.push(`${label} ${formatNumber(of, decimals)}${unit}`);
    }
  };

  const celsius = number("celsius");
  if (celsius !== null) {
    add("Humidity", number("humidity"), " %");
    add("Battery", number("battery"), " %");
    return { main: formatNumber(celsius), unit: "°C", more };
  }
  const latitude = number("latitude");
  const longitude = number("longitude");
  if (latitude !== null && longitude !== null) {
    const speed = number("speedMetresPerSecond");
    add("Speed", speed === null ? null : speed * 3.6, " km/h");
    add("Accuracy", number("accuracyMetres"), " m");
    return { main: `${formatNumber(latitude, 4)}, ${formatNumber(longitude, 4)}`, unit: "", more };
  }
  const tag = text("epc") ?? text("hex");
  if (tag !== null) {
    const gtin = text("gtin");
    if (gtin !== null) {
      more.push(`GTIN ${gtin}`);
    }
    add("Signal", number("rssiDbm"), " dBm");
    const change = text("change");
    const zone = text("zone");
    return { main: [change && capital(change), zone].filter(Boolean).join(" · ") || "Tag read", unit: "", more: [tag, ...more] };
  }
  if (typeof value.active === "boolean") {
    const kind = text("kind");
    const word = kind === "door" ? (value.active ? "Open" : "Closed") : value.active ? "On" : "Off";
    return { main: word, unit: "", more: kind === null ? [] : [capital(kind)] };
  }
  return { main: text("fault") === null ? "No value yet" : "No reading", unit: "", more: text("fault") === null ? [] : [capital(text("fault")!)] };
}

const troubleFirst: Health[] = ["faulty", "unplugged", "silent", "unknown", "ok"];

/** Devices with an open alarm first, then those in trouble; otherwise the order of the configuration. */
export function sortDevices(devices: DeviceStatus[], alarmed: Set<string>): DeviceStatus[] {
  const rank = (device: DeviceStatus) => (alarmed.has(device.id) ? -1 : troubleFirst.indexOf(device.health));
  return devices
    .map((device, index) => ({ device, index }))
    .sort((a, b) => rank(a.device) - rank(b.device) || a.index - b.index)
    .map(({ device }) => device);
}
