import { formatAge, formatCount } from "../common/format";
import { secondsSince } from "../common/clock";
import { Icon } from "../common/icon";
import { Age, Badge, Empty, Fact } from "../common/ui";
import { gateways } from "./state";
import type { Gateway, Range } from "./types";

const clocks: Record<string, string> = { gps: "GPS", ntp: "NTP", rtc: "battery clock", unsynced: "not set" };

export function Gateways() {
  return (
    <section class="stack" aria-labelledby="gateways-title">
      <h1 id="gateways-title">Gateways</h1>
      {gateways.value.length === 0 ? (
        <div class="card">
          <Empty icon="gateway">No gateway has been heard yet.</Empty>
        </div>
      ) : (
        <ul class="gateways">
          {gateways.value
            .slice()
            .sort((a, b) => Number(b.lost) - Number(a.lost) || a.gateway.localeCompare(b.gateway))
            .map((gateway) => (
              <GatewayCard key={gateway.gateway} gateway={gateway} />
            ))}
        </ul>
      )}
    </section>
  );
}

function GatewayCard({ gateway }: { gateway: Gateway }) {
  const missing = gateway.missing.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const givenUp = gateway.ledgered.reduce((sum, { count }) => sum + count, 0);
  return (
    <li class="card stack gateway" data-gateway={gateway.gateway}>
      <div class="row spread">
        <div>
          <h2>{gateway.gateway}</h2>
          <p class="muted">{[gateway.site, gateway.asset].filter(Boolean).join(" · ")}</p>
        </div>
        {gateway.lost ? (
          <Badge tone="bad" icon="error">
            Lost
          </Badge>
        ) : (
          <Badge tone="good" icon="check">
            Heard
          </Badge>
        )}
      </div>
      <dl class="facts">
        <Fact name="Last heard">{gateway.lastHeard ? <Age at={gateway.lastHeard} /> : "never"}</Fact>
        <Fact name="Waiting at the gateway">
          {gateway.buffered == null ? "–" : formatCount(gateway.buffered)}
          {(gateway.buffered ?? 0) > 0 && gateway.oldestBufferedAt && <span class="muted"> · oldest {formatAge(secondsSince(gateway.oldestBufferedAt))}</span>}
        </Fact>
        <Fact name="Received up to">{formatCount(gateway.highestSeq)}</Fact>
        <Fact name="Clock">{clocks[gateway.clock ?? ""] ?? gateway.clock ?? "–"}</Fact>
        <Fact name="Version">{gateway.version ?? "–"}</Fact>
        <Fact name="Store">
          <code>{gateway.store ?? "–"}</code>
        </Fact>
      </dl>
      <SequenceBar gateway={gateway} />
      <p class="complete">
        {missing === 0 ? (
          <Badge tone="good" icon="check">
            Complete up to {formatCount(gateway.highestSeq)}
          </Badge>
        ) : (
          <Badge tone="bad" icon="warning">
            {formatCount(missing)} missing
          </Badge>
        )}
        {givenUp > 0 && <Badge tone="warn">{formatCount(givenUp)} given up</Badge>}
      </p>
      {(gateway.missing.length > 0 || gateway.ledgered.length > 0) && (
        <details>
          <summary>Ranges</summary>
          <ul class="ranges">
            {gateway.missing.map(({ store, from, to }) => (
              <li key={`m${store}${from}`}>
                <Icon name="warning" />
                <span>
                  <strong>{range(from, to)}</strong> missing: neither arrived nor given up
                </span>
              </li>
            ))}
            {gateway.ledgered.map(({ store, from, to, kind, count, reason }) => (
              <li key={`l${store}${from}${kind}`}>
                <Icon name="history" />
                <span>
                  <strong>{range(from, to)}</strong> {kind}, {formatCount(count)} given up: {reason}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

/** All numbers this store has given, and which of them have not arrived. */
function SequenceBar({ gateway }: { gateway: Gateway }) {
  const width = 1000;
  const highest = Math.max(1, gateway.highestSeq);
  const x = (seq: number) => ((seq - 1) / highest) * width;
  const bars = (ranges: Range[], name: string) =>
    ranges.filter(({ store }) => store === gateway.store).map(({ from, to }) => (
      // A single missing number in a million would be thinner than a pixel.
      <rect key={name + from} class={name} x={x(from)} width={Math.max(4, x(to + 1) - x(from))} height="10" />
    ));
  return (
    <svg class="sequence" viewBox={`0 0 ${width} 10`} preserveAspectRatio="none" role="img" aria-label={`Numbers 1 to ${formatCount(gateway.highestSeq)}`}>
      <rect class="arrived" width={width} height="10" />
      {bars(gateway.ledgered, "given-up")}
      {bars(gateway.missing, "absent")}
    </svg>
  );
}

function range(from: number, to: number): string {
  return from === to ? formatCount(from) : `${formatCount(from)} to ${formatCount(to)}`;
}
