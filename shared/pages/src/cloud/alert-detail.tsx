import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { errorText, get, post } from "../common/api";
import { now } from "../common/clock";
import { formatCelsius, formatDuration } from "../common/format";
import { Icon } from "../common/icon";
import { thresholdOf } from "../common/rule";
import { noticeSignedOut } from "../common/session";
import { Badge, Banner, Fact, Moment } from "../common/ui";
import { iconOf, ruleOf, severities, states, titleOf, whatOf, whereOf } from "./alert-words";
import { TemperatureChart } from "./chart";
import { columnsOf, describe, windowOf } from "./chart-data";
import { changes } from "./state";
import type { Alert, Audit, Reading } from "./types";

/** Enough for a pixel each on a wide screen; the cloud thins what is more, keeping lows and highs. */
const MAX_POINTS = 1500;
const CHART_REFRESH_SECONDS = 15;

export function AlertDetail({ id }: { id: string }) {
  const alert = useSignal<Alert | null>(null);
  const error = useSignal("");
  useEffect(() => {
    get<Alert>(`api/alerts/${encodeURIComponent(id)}`)
      .then((loaded) => (alert.value = loaded))
      .catch((e: unknown) => {
        noticeSignedOut(e);
        error.value = errorText(e);
      });
  }, [id, changes.alerts.value]);

  if (!alert.value) {
    return error.value ? (
      <Banner tone="bad" icon="error">
        {error.value}
      </Banner>
    ) : (
      <p class="muted">Loading…</p>
    );
  }
  const shown = alert.value;
  const state = states[shown.state];
  const severity = severities[shown.severity];
  return (
    <div class="stack">
      <a class="button back" href="#/alerts">
        <Icon name="back" />
        All alerts
      </a>
      <article class="card stack">
        <header class="row spread">
          <div>
            <h1>{whatOf(shown)}</h1>
            <p class="muted">{whereOf(shown)}</p>
          </div>
          <div class="row">
            <Badge tone={severity.tone} icon={severity.icon}>
              {severity.word}
            </Badge>
            <Badge tone={state.tone} icon={state.icon}>
              {state.word}
            </Badge>
            {shown.late && <Badge tone="unknown">Late data</Badge>}
          </div>
        </header>
        <p class="what">
          <Icon name={iconOf(shown)} />
          {titleOf(shown)}: {ruleOf(shown)}
        </p>
        <Facts alert={shown} />
        {shown.gateway && shown.device && shown.kind === "excursion" && <Course alert={shown} />}
      </article>
      <Acknowledge alert={shown} done={(changed) => (alert.value = { ...shown, ...changed })} />
      {shown.audit && shown.audit.length > 0 && <Trail audit={shown.audit} />}
    </div>
  );
}

function Facts({ alert }: { alert: Alert }) {
  const end = alert.resolvedAt ? Date.parse(alert.resolvedAt) : now.value;
  return (
    <dl class="facts">
      <Fact name="Began">
        <Moment at={alert.openedAt} />
      </Fact>
      <Fact name="Ended">{alert.resolvedAt ? <Moment at={alert.resolvedAt} /> : "still going on"}</Fact>
      <Fact name="Lasting">{formatDuration((end - Date.parse(alert.openedAt)) / 1000)}</Fact>
      <Fact name="Found out">
        <Moment at={alert.detectedAt} />
      </Fact>
      {alert.peakCelsius != null && <Fact name="Worst reading">{formatCelsius(alert.peakCelsius)}</Fact>}
      {alert.mktCelsius != null && <Fact name="Mean kinetic temperature">{formatCelsius(alert.mktCelsius)}</Fact>}
    </dl>
  );
}

function Course({ alert }: { alert: Alert }) {
  const readings = useSignal<Reading[] | null>(null);
  const error = useSignal("");
  const open = !alert.resolvedAt;
  // An open excursion's chart grows; a closed one's stands.
  const beat = open ? Math.floor(now.value / 1000 / CHART_REFRESH_SECONDS) : 0;
  const window = useMemo(() => windowOf(alert, now.value), [alert, beat]);

  useEffect(() => {
    const query = new URLSearchParams({ from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString(), points: String(MAX_POINTS) });
    get<Reading[]>(`api/devices/${encodeURIComponent(alert.gateway!)}/${encodeURIComponent(alert.device!)}/readings?${query}`)
      .then((loaded) => (readings.value = loaded))
      .catch((e: unknown) => {
        noticeSignedOut(e);
        error.value = errorText(e);
      });
  }, [window]);

  const columns = useMemo(() => columnsOf(readings.value ?? []), [readings.value]);
  if (error.value) {
    return (
      <Banner tone="bad" icon="error">
        {error.value}
      </Banner>
    );
  }
  if (!readings.value) {
    return <p class="muted">Loading the readings…</p>;
  }
  const threshold = thresholdOf(alert.rule);
  const text = describe(readings.value, threshold);
  return (
    <figure>
      <TemperatureChart
        columns={columns}
        threshold={threshold}
        window={window}
        breach={{ from: Date.parse(alert.openedAt), to: alert.resolvedAt ? Date.parse(alert.resolvedAt) : now.value }}
        description={`Temperature of ${alert.device}. ${text}`}
      />
      <figcaption class="muted">{text} The excursion is shaded.</figcaption>
    </figure>
  );
}

/** Who saw it, and what they do about it. The name is that of the session. */
function Acknowledge({ alert, done }: { alert: Alert; done: (changed: Partial<Alert>) => void }) {
  const error = useSignal("");
  const busy = useSignal(false);
  if (alert.state !== "open") {
    return alert.acknowledgedBy ? (
      <section class="card stack">
        <h2>Acknowledged by {alert.acknowledgedBy}</h2>
        {alert.note && <p class="note">{alert.note}</p>}
      </section>
    ) : null;
  }

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    busy.value = true;
    error.value = "";
    try {
      const note = String(new FormData(event.target as HTMLFormElement).get("note")).trim();
      const changed = await post<Alert | undefined>(`api/alerts/${encodeURIComponent(alert.id)}/acknowledge`, { note });
      done(changed ?? { state: "acknowledged", note });
    } catch (e) {
      noticeSignedOut(e);
      error.value = errorText(e);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="card stack" onSubmit={submit}>
      <h2>Acknowledge</h2>
      <label>
        Note
        <textarea name="note" rows={2} maxLength={500} required placeholder="What you found and what you do about it" />
      </label>
      {error.value && (
        <Banner tone="bad" icon="error" urgent>
          {error.value}
        </Banner>
      )}
      <div>
        <button class="primary" type="submit" disabled={busy.value}>
          <Icon name="check" />
          Acknowledge
        </button>
      </div>
    </form>
  );
}

function Trail({ audit }: { audit: Audit[] }) {
  return (
    <section class="card stack">
      <h2>What happened</h2>
      <ol class="trail">
        {audit.map((entry) => (
          <li key={entry.at + entry.change}>
            <span class="muted">
              <Moment at={entry.at} />
            </span>
            <span>
              <strong>{entry.change}</strong>
              {entry.by && ` by ${entry.by}`}
              {entry.note && <span class="note">{entry.note}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
