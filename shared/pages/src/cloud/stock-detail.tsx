import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { errorText, get } from "../common/api";
import { formatCount } from "../common/format";
import { Icon } from "../common/icon";
import { noticeSignedOut } from "../common/session";
import { Badge, Banner, Empty, Fact, Moment } from "../common/ui";
import { changes, stock } from "./state";
import type { StockFact, StockFacts } from "./types";

/** One article at one site, and why its figure is what it is. */
export function StockDetail({ site, sku }: { site: string; sku: string }) {
  const facts = useSignal<StockFacts | null>(null);
  const error = useSignal("");
  useEffect(() => {
    get<StockFacts>(`api/stock/${encodeURIComponent(site)}/${encodeURIComponent(sku)}/facts`)
      .then((loaded) => (facts.value = loaded))
      .catch((e: unknown) => {
        noticeSignedOut(e);
        error.value = errorText(e);
      });
  }, [site, sku, changes.stock.value]);

  const row = stock.value.find((one) => one.site === site && one.sku === sku);
  return (
    <section class="stack" aria-labelledby="sku-title">
      <a class="button back" href="#/stock">
        <Icon name="back" />
        All stock
      </a>
      <article class="card stack">
        <div class="row spread">
          <div>
            <h1 id="sku-title">{sku}</h1>
            <p class="muted">{site}</p>
          </div>
          {row?.lowSince && (
            <Badge tone="warn" icon="warning">
              Low
            </Badge>
          )}
        </div>
        {row && (
          <dl class="facts">
            <Fact name="On hand">{formatCount(row.onHand)}</Fact>
            <Fact name="Reserved">{formatCount(row.reserved)}</Fact>
            <Fact name="Available">{formatCount(row.available)}</Fact>
            <Fact name="On the way">{formatCount(row.inTransit)}</Fact>
            {row.lowSince && (
              <Fact name="Low since">
                <Moment at={row.lowSince} />
              </Fact>
            )}
          </dl>
        )}
      </article>
      {error.value && (
        <Banner tone="bad" icon="error">
          {error.value}
        </Banner>
      )}
      {facts.value && (
        <article class="card stack">
          <h2>Why the figure is what it is</h2>
          {facts.value.facts.length === 0 && <Empty icon="history">No movement is known, only what tag readers saw.</Empty>}
          <ol class="trail">
            {facts.value.facts.map((fact) => (
              <li key={fact.id}>
                <span class="muted">
                  <Moment at={fact.occurredAt} />
                </span>
                <span>
                  <strong>{fact.kind}</strong> {formatCount(fact.quantity)} <Change of={fact.change} />
                  <span class="note muted">{aboutOf(fact)}</span>
                </span>
              </li>
            ))}
          </ol>
        </article>
      )}
      {facts.value && facts.value.variances.length > 0 && (
        <article class="card stack">
          <h2>Counts that differed</h2>
          <ol class="trail">
            {facts.value.variances.map((count) => (
              <li key={count.id}>
                <span class="muted">
                  <Moment at={count.countedAt} />
                </span>
                <span>
                  <strong>counted</strong> {formatCount(count.counted)} instead of {formatCount(count.expected)} <Change of={count.variance} />
                  <span class="note muted">{[count.by, count.reason].filter(Boolean).join(": ")}</span>
                </span>
              </li>
            ))}
          </ol>
        </article>
      )}
    </section>
  );
}

function Change({ of }: { of: number }) {
  return of === 0 ? null : <Badge tone={of > 0 ? "good" : "plain"}>{of > 0 ? `+${formatCount(of)}` : `−${formatCount(-of)}`} on hand</Badge>;
}

function aboutOf(fact: StockFact): string {
  return [fact.toSite && `to ${fact.toSite}`, fact.channel, fact.reference, [fact.by, fact.reason].filter(Boolean).join(": ")].filter(Boolean).join(" · ");
}
