import { signal } from "@preact/signals";

const read = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** Parts of the address after "#/": ["alerts", "store-1/probe/…"]. */
export const route = signal(read());

window.addEventListener("hashchange", () => {
  route.value = read();
});

export function hrefOf(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}
