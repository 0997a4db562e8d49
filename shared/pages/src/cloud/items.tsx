import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, errorText, get } from "../common/api";
import { Icon } from "../common/icon";
import { hrefOf, route } from "../common/route";
import { noticeSignedOut } from "../common/session";
import { Badge, Banner, Empty, Fact, Moment } from "../common/ui";
import { changes } from "./state";
import type { Item } from "./types";

const changeWords: Record<string, string> = { arrived: "Arrived", moved: "Moved", departed: "Departed" };

/** Where one tagged item is, and how it came there. */
export function Items() {
  const epc = route.value[0] === "items" ? (route.value[1] ?? "") : "";
  const item = useSignal<Item | null>(null);
  const error = useSignal("");
  useEffect(() => {
    if (epc === "") {
      return;
    }
    get<Item>(`api/items/${encodeURIComponent(epc)}`)
      .then((loaded) => {
        item.value = loaded;
        error.value = "";
      })
      .catch((e: unknown) => {
        noticeSignedOut(e);
        item.value = null;
        error.value = e instanceof ApiError && e.status === 404 ? "No reader has seen an item with this EPC." : errorText(e);
      });
  }, [epc, changes.stock.value]);

  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = String(new FormData(event.target as HTMLFormElement).get("epc")).trim();
    if (wanted !== "") {
      location.hash = hrefOf("items", wanted);
    }
  };
  const shown = item.value?.epc === epc ? item.value : null;
  return (
    <section class="stack" aria-labelledby="items-title">
      <h1 id="items-title">Items</h1>
      <form class="filters" onSubmit={search}>
        <label class="wide">
          EPC
          <input name="epc" type="search" class="mono" key={epc} defaultValue={epc} placeholder="urn:epc:id:sgtin:0614141.812345.6789" required />
        </label>
        <button class="primary" type="submit">
          <Icon name="search" />
          Find
        </button>
      </form>
      {error.value && (
        <Banner tone="warn" icon="warning">
          {error.value}
        </Banner>
      )}
      {epc === "" && (
        <div class="card">
          <Empty icon="history">Enter the EPC of an item to see where it was and is.</Empty>
        </div>
      )}
      {shown && <Found item={shown} />}
    </section>
  );
}

function Found({ item }: { item: Item }) {
  return (
    <article class="card stack">
      <h2 class="mono">{item.epc}</h2>
      <dl class="facts">
        {item.gtin && <Fact name="GTIN">{item.gtin}</Fact>}
        {item.sscc && <Fact name="SSCC">{item.sscc}</Fact>}
        <Fact name="Site">{item.site ?? "unknown"}</Fact>
        {item.zone && <Fact name="Zone">{item.zone}</Fact>}
        <Fact name="In stock">{item.inStock ? "yes" : "no"}</Fact>
      </dl>
      <ol class="trail">
        {item.history.map((entry) => (
          <li key={entry.observedAt + entry.change}>
            <span class="muted">
              <Moment at={entry.observedAt} />
            </span>
            <span>
              <strong>{changeWords[entry.change] ?? entry.change}</strong> {[entry.zone, entry.site].filter(Boolean).join(", ")} <Badge tone="plain">{entry.passage}</Badge>{" "}
              <span class="muted">
                {entry.device} at {entry.gateway}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </article>
  );
}
