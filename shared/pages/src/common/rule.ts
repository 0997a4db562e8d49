/** The line a reading crossed. */
export interface Threshold {
  celsius: number;
  direction: "above" | "below";
}

/** Finds it in a rule's name such as "above 8 for 30m"; a mean kinetic temperature is no line in a chart of readings. */
export function thresholdOf(rule: string): Threshold | null {
  if (/mkt/i.test(rule)) {
    return null;
  }
  const found = /\b(above|below)\s*(-?\d+(?:\.\d+)?)/i.exec(rule);
  return found ? { direction: found[1]!.toLowerCase() as Threshold["direction"], celsius: Number(found[2]) } : null;
}

/** "above 8 for 30m" as a person says it: "above 8 °C for 30 min". Other kinds of rules have numbers that are no temperatures. */
export function describeRule(kind: string, rule: string): string {
  const units: Record<string, string> = { s: "s", m: "min", h: "h", d: "d" };
  const degrees = (_: string, side: string, value: string) => `${side} ${value.replace("-", "−")} °C`;
  const inAll = (_: string, total: string, window?: string) => ` for ${total} in all${window ? ` within ${window}` : ""}`;
  return (kind === "excursion" ? rule.replace(/\b(above|below) (-?\d+(?:\.\d+)?)/, degrees) : rule)
    .replace(/^mkt/, "MKT")
    .replace(/^hard/, "hard limit:")
    .replace(/^silent/, "no readings")
    .replace(/^fault$/, "no reading can be trusted")
    .replace(/ cumulative (\w+)(?: in (\w+))?/, inAll)
    .replace(/\b(\d+)([smhd])\b/g, (_, amount: string, unit: string) => `${amount} ${units[unit]}`);
}
