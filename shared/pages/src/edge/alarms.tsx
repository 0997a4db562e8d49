import { secondsSince } from "../common/clock";
import { capital, formatCelsius, formatDuration } from "../common/format";
import { Icon } from "../common/icon";
import { describeRule } from "../common/rule";
import { status } from "./state";

/** What is wrong now, above everything else: in full on the devices' page, in one line on the others. */
export function Alarms({ inFull }: { inFull: boolean }) {
  const alarms = status.value?.alarms ?? [];
  return (
    <>
      <p class="visually-hidden" role="status">
        {alarms.length === 0 ? "No alarms" : `${alarms.length} open: ${alarms.map((alarm) => `${alarm.device}, ${describeRule(alarm.kind, alarm.rule)}`).join("; ")}`}
      </p>
      {alarms.length > 0 && !inFull && (
        <a class="button alarm-link" href="#/devices">
          <Icon name="warning" />
          {alarms.length === 1 ? "1 alarm" : `${alarms.length} alarms`}: {[...new Set(alarms.map(({ device }) => device))].join(", ")}
        </a>
      )}
      {alarms.length > 0 && inFull && (
        <section class="alarms" aria-label="Open alarms">
          {alarms.map((alarm) => (
            <article key={`${alarm.device}/${alarm.kind}/${alarm.rule}`} class={alarm.kind === "excursion" ? "alarm" : "alarm quiet"}>
              <Icon name="warning" />
              <div>
                <h2>{alarm.device}</h2>
                <p>{capital(describeRule(alarm.kind, alarm.rule))}</p>
              </div>
              <dl>
                <div>
                  <dt>For</dt>
                  <dd>{formatDuration(secondsSince(alarm.openedAt))}</dd>
                </div>
                {alarm.peakCelsius != null && (
                  <div>
                    <dt>Peak</dt>
                    <dd>{formatCelsius(alarm.peakCelsius)}</dd>
                  </div>
                )}
              </dl>
            </article>
          ))}
        </section>
      )}
    </>
  );
}
