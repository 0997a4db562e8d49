import { now, secondsSince } from "../common/clock";
import { capital, formatBytes, formatCount, formatDuration } from "../common/format";
import { Icon, type IconName } from "../common/icon";
import { Age, Badge, Fact, Moment, type Tone } from "../common/ui";
import { PasswordForm } from "./password";
import { status, statusAt } from "./state";
import type { BufferStatus } from "./types";

const uplinkStates: Record<string, { word: string; tone: Tone; icon: IconName }> = {
  connected: { word: "Connected", tone: "good", icon: "check" },
  connecting: { word: "Connecting", tone: "warn", icon: "clock" },
  down: { word: "Down", tone: "bad", icon: "error" },
};

const bufferStates: Record<string, { word: string; tone: Tone; icon: IconName }> = {
  ok: { word: "OK", tone: "good", icon: "check" },
  shedding: { word: "Making room", tone: "warn", icon: "warning" },
  full: { word: "Full", tone: "bad", icon: "error" },
  failing: { word: "Failing", tone: "bad", icon: "error" },
};

const clocks: Record<string, string> = { gps: "set by GPS", ntp: "set by NTP", rtc: "from its battery clock", unsynced: "not set yet" };

/** The way to Kafka, and what waits on this gateway's disk. */
export function Uplink() {
  const gateway = status.value;
  if (!gateway) {
    return <p class="muted">Asking the gateway…</p>;
  }
  const { uplink, buffer, mqtt } = gateway;
  const state = uplinkStates[uplink.state] ?? { word: uplink.state, tone: "unknown", icon: "question" };
  return (
    <section class="stack" aria-labelledby="uplink-title">
      <h1 id="uplink-title">Uplink and buffer</h1>
      <div class="pair">
        <article class="card stack">
          <div class="row spread">
            <h2>Uplink</h2>
            <Badge tone={state.tone} icon={state.icon}>
              {state.word}
            </Badge>
          </div>
          {uplink.detail && <p>{capital(uplink.detail)}</p>}
          <dl class="facts">
            {uplink.since && (
              <Fact name={uplink.state === "connected" ? "Connected for" : "Not connected for"}>{formatDuration(secondsSince(uplink.since))}</Fact>
            )}
            <Fact name="Last confirmed by Kafka">{uplink.lastAckAt ? <Age at={uplink.lastAckAt} /> : "nothing yet"}</Fact>
            <Fact name="Delivered since start">{formatCount(uplink.acked)}</Fact>
          </dl>
        </article>
        <BufferCard buffer={buffer} />
      </div>
      <article class="card stack">
        <h2>This gateway</h2>
        <dl class="facts">
          {mqtt && <Fact name="MQTT broker">{[mqtt.state, mqtt.detail].filter(Boolean).join(": ")}</Fact>}
          <Fact name="Clock">{clocks[gateway.clock] ?? gateway.clock}</Fact>
          <Fact name="Time">
            <Moment at={new Date(now.value).toISOString()} />
          </Fact>
          <Fact name="Running for">{formatDuration(secondsSince(gateway.startedAt))}</Fact>
          <Fact name="Version">{gateway.version}</Fact>
          <Fact name="Store">
            <code>{buffer.store}</code>
          </Fact>
        </dl>
        <p>
          <a class="button" href="api/diagnostics" download>
            <Icon name="download" />
            Download diagnostics
          </a>
        </p>
        <p class="muted">A bundle for support, without passwords or keys.</p>
      </article>
      <PasswordForm />
    </section>
  );
}

function BufferCard({ buffer }: { buffer: BufferStatus }) {
  const state = bufferStates[buffer.state.toLowerCase()] ?? { word: buffer.state, tone: "unknown", icon: "question" };
  const draining = buffer.perSecondOut - buffer.perSecondIn;
  const elapsed = now.value > 0 ? (performance.now() - statusAt.value) / 1000 : 0;
  return (
    <article class="card stack">
      <div class="row spread">
        <h2>Buffer</h2>
        <Badge tone={state.tone} icon={state.icon}>
          {state.word}
        </Badge>
      </div>
      <p class="value">
        {formatCount(buffer.buffered)} <span class="unit">waiting</span>
      </p>
      {buffer.reason && <p>{capital(buffer.reason)}</p>}
      <div>
        <meter min={0} max={buffer.maxBytes} high={buffer.maxBytes * 0.9} value={buffer.bytes} aria-label="Disk used by the buffer" />
        <p class="muted">
          {formatBytes(buffer.bytes)} of {formatBytes(buffer.maxBytes)} on disk
        </p>
      </div>
      <dl class="facts">
        <Fact name="Oldest waiting">{buffer.buffered > 0 && buffer.oldestAgeSeconds != null ? formatDuration(buffer.oldestAgeSeconds + elapsed) : "none"}</Fact>
        <Fact name="In / out per second">
          {formatCount(buffer.perSecondIn)} / {formatCount(buffer.perSecondOut)}
        </Fact>
        {draining > 1 && buffer.buffered > 1000 && <Fact name="Empty in about">{formatDuration(buffer.buffered / draining)}</Fact>}
        <Fact name="Last number">{formatCount(buffer.lastSeq)}</Fact>
      </dl>
    </article>
  );
}
