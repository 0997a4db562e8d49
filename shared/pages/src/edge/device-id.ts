/** "probe", or "probe-2" and so on when that is taken. */
export function freeId(wished: string, taken: Set<unknown>): string {
  let id = wished;
  for (let n = 2; taken.has(id); n++) {
    id = `${wished}-${n}`;
  }
  return id;
}

export function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "device"
  );
}

/** Whether a device that was found is in the configuration already: the same driver at the same address. */
export function isConfigured(found: Record<string, unknown>, devices: Record<string, unknown>[]): boolean {
  const place = ["driver", "address", "topic", "receiver"];
  return devices.some((device) => place.every((key) => found[key] === undefined || device[key] === undefined || found[key] === device[key]) && device.driver === found.driver);
}
