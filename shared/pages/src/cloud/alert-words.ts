import type { IconName } from "../common/icon";
import { describeRule } from "../common/rule";
import type { Tone } from "../common/ui";
import type { Alert, AlertState } from "./types";

const kinds: Record<string, { title: string; icon: IconName }> = {
  excursion: { title: "Temperature excursion", icon: "thermometer" },
  silent: { title: "Sensor silent", icon: "clock" },
  fault: { title: "Sensor fault", icon: "error" },
  "low-stock": { title: "Low stock", icon: "box" },
  "gateway-lost": { title: "Gateway lost", icon: "gateway" },
  "data-lost": { title: "Data lost", icon: "warning" },
};

export const states: Record<AlertState, { word: string; tone: Tone; icon: IconName }> = {
  open: { word: "Open", tone: "bad", icon: "bell" },
  acknowledged: { word: "Acknowledged", tone: "info", icon: "check" },
  resolved: { word: "Resolved", tone: "good", icon: "check" },
};

export const severities: Record<Alert["severity"], { word: string; tone: Tone; icon: IconName }> = {
  critical: { word: "Critical", tone: "bad", icon: "error" },
  warning: { word: "Warning", tone: "warn", icon: "warning" },
};

export function titleOf(alert: Alert): string {
  return kinds[alert.kind]?.title ?? alert.kind;
}

export function iconOf(alert: Alert): IconName {
  return kinds[alert.kind]?.icon ?? "bell";
}

/** The thing it is about: "cold-room-1", "80614141123458". */
export function whatOf(alert: Alert): string {
  return alert.device ?? alert.sku ?? alert.gateway ?? alert.site ?? alert.id;
}

/** Where that is: "store-dallas-1, dallas". */
export function whereOf(alert: Alert): string {
  const parts = [alert.device ? alert.gateway : null, alert.asset, alert.site].filter(Boolean);
  return parts.join(" · ") || whatOf(alert);
}

export function ruleOf(alert: Alert): string {
  return describeRule(alert.kind, alert.rule);
}
