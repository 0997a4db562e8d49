import { signal, useComputed } from "@preact/signals";
import { formatCount } from "../common/format";
import { hrefOf, route } from "../common/route";
import { Age, Badge, Empty } from "../common/ui";
import { lowCount, stock } from "./state";
import { StockDetail } from "./stock-detail";

const site = signal("");
const sku = signal("");
const lowOnly = signal(false);

/** More rows than a person reads; the filter finds the rest. */
const MAX_ROWS = 500;

/** All figures, or those of one article with the facts behind them. */
export function Stock() {
  const [, chosenSite, chosenSku] = route.value;
  return chosenSite !== undefined && chosenSku !== undefined ? <StockDetail site={chosenSite} sku={chosenSku} /> : <StockTable />;
}

function StockTable() {
  const sites = useComputed(() => [...new Set(stock.value.map((row) => row.site))].sort());
  const rows = useComputed(() =>
    stock.value
      .filter((row) => (site.value === "" || row.site === site.value) && row.sku.toLowerCase().includes(sku.value.trim().toLowerCase()) && (!lowOnly.value || row.lowSince))
      .sort((a, b) => a.site.localeCompare(b.site) || a.sku.localeCompare(b.sku)),
  );
  return (
    <section class="stack" aria-labelledby="stock-title">
      <div class="row spread">
        <h1 id="stock-title">Stock</h1>
        <p class="muted" role="status">
          {formatCount(rows.value.length)} of {formatCount(stock.value.length)} · {formatCount(lowCount.value)} low
        </p>
      </div>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          Site
          <select value={site.value} onChange={(event) => (site.value = event.currentTarget.value)}>
            <option value="">All sites</option>
            {sites.value.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          SKU
          <input type="search" value={sku.value} placeholder="Part of a SKU or GTIN" onInput={(event) => (sku.value = event.currentTarget.value)} />
        </label>
        <button type="button" class="toggle" aria-pressed={lowOnly.value} onClick={() => (lowOnly.value = !lowOnly.value)}>
          Low only
        </button>
      </form>
      <div class="card table">
        {rows.value.length === 0 ? (
          <Empty icon="box">{stock.value.length === 0 ? "No stock is known yet." : "Nothing matches the filter."}</Empty>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">Site</th>
                <th scope="col">SKU</th>
                <th scope="col" class="number">
                  On hand
                </th>
                <th scope="col" class="number">
                  Reserved
                </th>
                <th scope="col" class="number">
                  Available
                </th>
                <th scope="col" class="number">
                  On the way
                </th>
                <th scope="col">Level</th>
                <th scope="col">Changed</th>
              </tr>
            </thead>
            <tbody>
              {rows.value.slice(0, MAX_ROWS).map((row) => (
                <tr key={`${row.site}/${row.sku}`} data-sku={row.sku} data-site={row.site}>
                  <td>{row.site}</td>
                  <th scope="row">
                    <a href={hrefOf("stock", row.site, row.sku)}>{row.sku}</a>
                  </th>
                  <td class="number" data-label="On hand">
                    {formatCount(row.onHand)}
                  </td>
                  <td class="number" data-label="Reserved">
                    {formatCount(row.reserved)}
                  </td>
                  <td class="number strong" data-label="Available">
                    {formatCount(row.available)}
                  </td>
                  <td class="number" data-label="On the way">
                    {formatCount(row.inTransit)}
                  </td>
                  <td>
                    {row.lowSince ? (
                      <Badge tone="warn" icon="warning">
                        Low
                      </Badge>
                    ) : (
                      <span class="muted">enough</span>
                    )}
                  </td>
                  <td class="muted">
                    <Age at={row.updatedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      {rows.value.length > MAX_ROWS && <p class="muted">Only the first {formatCount(MAX_ROWS)} are shown. Filter to find the others.</p>}
    </section>
  );
}
