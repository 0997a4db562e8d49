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
