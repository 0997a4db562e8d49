import { useSignal } from "@preact/signals";
import { get } from "../common/api";
import { now } from "../common/clock";
import { capital, formatAge, formatCount, formatTime } from "../common/format";
import { Icon, type IconName } from "../common/icon";
import { noticeSignedOut } from "../common/session";
import { Badge, Empty, type Tone } from "../common/ui";
import { alarmedDevices, status, statusAt } from "./state";
import type { DeviceStatus, Health, Refusal } from "./types";
import { readingOf, sortDevices } from "./values";

const healths: Record<Health, { word: string; tone: Tone; icon: IconName }> = {
  ok: { word: "OK", tone: "good", icon: "check" },
  silent: { word: "Silent", tone: "unknown", icon: "clock" },
  faulty: { word: "Faulty", tone: "bad", icon: "error" },
  unplugged: { word: "Unplugged", tone: "bad", icon: "plug" },
  unknown: { word: "Unknown", tone: "unknown", icon: "question" },
};

// The sensor itself is fine; what it measures is not.
const inAlarm = { word: "Alarm", tone: "bad", icon: "warning" } as const;

const kindIcons: Record<DeviceStatus["kind"], IconName> = { temperature: "thermometer", position: "pin", tags: "tag", input: "door" };

export function Devices() {
  const gateway = status.value;
  if (!gateway) {
    return <p class="muted">Asking the gateway…</p>;
  }
  const troubled = gateway.devices.filter((device) => device.health !== "ok" || alarmedDevices.value.has(device.id)).length;
  return (
    <section class="stack" aria-labelledby="devices-title">
      <div class="row spread">
        <h1 id="devices-title">Devices</h1>
        <span class="muted">
          {gateway.devices.length === 0 ? "none" : troubled === 0 ? `all ${gateway.devices.length} OK` : `${troubled} of ${gateway.devices.length} ${troubled === 1 ? "needs" : "need"} a look`}
        </span>
      </div>
      {gateway.devices.length === 0 ? (
        <div class="card">
          <Empty icon="add">
            No devices yet. Plug one in and <a href="#/add">add it</a>.
          </Empty>
        </div>
      ) : (
        <ul class="devices">
          {sortDevices(gateway.devices, alarmedDevices.value).map((device) => (
            <Device key={device.id} device={device} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Device({ device }: { device: DeviceStatus }) {
  const alarmed = alarmedDevices.value.has(device.id);
  const health = alarmed && device.health === "ok" ? inAlarm : (healths[device.health] ?? healths.unknown);
  const reading = readingOf(device);
  return (
    <li class={`card device ${alarmed ? "alarmed" : device.health}`} data-device={device.id}>
      <div class="row spread device-head">
        <h2>
          <Icon name={kindIcons[device.kind] ?? "question"} />
          {device.id}
        </h2>
        <Badge tone={health.tone} icon={health.icon}>
          {health.word}
        </Badge>
      </div>
      <div class="row spread device-value">
        <p class={reading.main.length > 8 ? "value long" : "value"}>
          {reading.main}
          {reading.unit && <span class="unit"> {reading.unit}</span>}
        </p>
        <p class="age">
          <LastAge device={device} />
        </p>
      </div>
      {reading.more.length > 0 && (
        <p class="muted more">
          {reading.more.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </p>
      )}
      {device.detail && <p class="trouble">{capital(device.detail)}</p>}
      <About device={device} />
    </li>
  );
}

/** Counted on from the gateway's own figure, so that neither clock has to be right. */
function LastAge({ device }: { device: DeviceStatus }) {
  if (device.ageSeconds == null || device.lastValue == null) {
    return <>never heard</>;
  }
  // Read for its tick alone.
  void now.value;
  return <>{formatAge(device.ageSeconds + (performance.now() - statusAt.value) / 1000)}</>;
}

function About({ device }: { device: DeviceStatus }) {
  const refusals = useSignal<Refusal[]>([]);
  const load = (event: Event) => {
    if ((event.currentTarget as HTMLDetailsElement).open && device.refused > 0) {
      get<(DeviceStatus & { lastRefusals?: Refusal[] })[]>("api/devices")
        .then((all) => (refusals.value = all.find(({ id }) => id === device.id)?.lastRefusals ?? []))
        .catch(noticeSignedOut);
    }
  };
  return (
    <details onToggle={load}>
      <summary>
        <span>
          {device.driver}
          {device.profile ? ` · ${device.profile}` : ""}
        </span>
        {device.refused > 0 && <span class="refused">{formatCount(device.refused)} refused</span>}
      </summary>
      <p class="muted">
        {device.lastAt ? `Last value at ${formatTime(device.lastAt, now.value)}. ` : "No value since the gateway started. "}
        {device.refused === 0 && "Nothing it sent was refused."}
      </p>
      <ul class="refusals">
        {refusals.value.map((refusal) => (
          <li key={refusal.at + refusal.sample}>
            <span class="muted">{formatTime(refusal.at, now.value)}</span> {refusal.reason}
            <code>{refusal.sample}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
