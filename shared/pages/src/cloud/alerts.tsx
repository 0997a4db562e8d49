import { signal } from "@preact/signals";
import { now } from "../common/clock";
import { formatCelsius, formatCount, formatDuration } from "../common/format";
import { Icon } from "../common/icon";
import { hrefOf, route } from "../common/route";
import { Badge, Empty, Moment } from "../common/ui";
import { AlertDetail } from "./alert-detail";
import { iconOf, ruleOf, severities, states, titleOf, whatOf, whereOf } from "./alert-words";
import { alerts } from "./state";
import type { Alert, AlertState } from "./types";

const filter = signal<AlertState>("open");

const nothing: Record<AlertState, string> = {
  open: "Nothing is open. New alerts appear here by themselves.",
  acknowledged: "Nothing is acknowledged and still going on.",
  resolved: "Nothing has been resolved yet.",
};

/** The list, and beside it the alert that was chosen. */
export function Alerts() {
  const id = route.value[0] === "alerts" ? route.value[1] : undefined;
  const shown = alerts.value[filter.value].slice().sort((a, b) => rank(a) - rank(b) || b.openedAt.localeCompare(a.openedAt));
  return (
    <div class={id === undefined ? "split" : "split chosen"}>
      <section class="stack list" aria-labelledby="alerts-title">
        <h1 id="alerts-title">Alerts</h1>
        <div class="segments" role="group" aria-label="Show alerts that are">
          {(Object.keys(states) as AlertState[]).map((state) => (
            <button key={state} aria-pressed={filter.value === state} onClick={() => (filter.value = state)}>
              {states[state].word}
              <span class="muted">{formatCount(alerts.value[state].length)}</span>
            </button>
          ))}
        </div>
        {shown.length === 0 ? (
          <div class="card">
            <Empty icon="check">{nothing[filter.value]}</Empty>
          </div>
        ) : (
          <ul class="alert-list">
            {shown.map((alert) => (
              <Row key={alert.id} alert={alert} chosen={alert.id === id} />
            ))}
          </ul>
        )}
      </section>
      <section class="detail" aria-label="Chosen alert">
        {id === undefined ? (
          <div class="card">
            <Empty icon="bell">Choose an alert to see its course and to acknowledge it.</Empty>
          </div>
        ) : (
          <AlertDetail key={id} id={id} />
        )}
      </section>
    </div>
  );
}

function Row({ alert, chosen }: { alert: Alert; chosen: boolean }) {
  const severity = severities[alert.severity];
  const end = alert.resolvedAt ? Date.parse(alert.resolvedAt) : now.value;
  return (
    <li>
      <a class={`alert-row ${severity.tone}`} href={hrefOf("alerts", alert.id)} aria-current={chosen ? "true" : undefined} data-alert={alert.id}>
        <span class="alert-icon">
          <Icon name={iconOf(alert)} />
        </span>
        <span class="alert-main">
          <strong>{whatOf(alert)}</strong>
          <span class="muted">{whereOf(alert)}</span>
          <span>
            {titleOf(alert)}: {ruleOf(alert)}
          </span>
        </span>
        <span class="alert-side">
          <Badge tone={severity.tone} icon={severity.icon}>
            {severity.word}
          </Badge>
          {alert.peakCelsius != null && <strong>{formatCelsius(alert.peakCelsius)}</strong>}
          <span class="muted">
            {alert.resolvedAt ? "lasted " : "for "}
            {formatDuration((end - Date.parse(alert.openedAt)) / 1000)}
          </span>
        </span>
        <span class="alert-foot muted">
          since <Moment at={alert.openedAt} />
          {alert.late && <Badge tone="unknown">Late data</Badge>}
        </span>
      </a>
    </li>
  );
}

function rank(alert: Alert): number {
  return alert.severity === "critical" ? 0 : 1;
}
