export type Health = "ok" | "silent" | "faulty" | "unplugged" | "unknown";

export interface DeviceStatus {
  id: string;
  driver: string;
  kind: "temperature" | "position" | "tags" | "input";
  health: Health;
  detail?: string | null;
  lastValue?: Record<string, unknown> | null;
  lastAt?: string | null;
  ageSeconds?: number | null;
  profile?: string | null;
  refused: number;
}

export interface EdgeAlarm {
  device: string;
  kind: string;
  rule: string;
  openedAt: string;
  peakCelsius?: number | null;
}

export interface BufferStatus {
  buffered: number;
  bytes: number;
  maxBytes: number;
  oldestBufferedAt?: string | null;
  oldestAgeSeconds?: number | null;
  lastSeq: number;
  store: string;
  state: string;
  reason?: string | null;
  perSecondIn: number;
  perSecondOut: number;
}

export interface Status {
  gateway: string;
  site: string;
  asset?: string | null;
  version: string;
  startedAt: string;
  now: string;
  clock: string;
  uplink: { state: "connected" | "connecting" | "down"; since?: string | null; detail?: string | null; lastAckAt?: string | null; acked: number };
  mqtt?: { state: string; detail?: string | null } | null;
  buffer: BufferStatus;
  devices: DeviceStatus[];
  alarms: EdgeAlarm[];
  /** What does not get on although it should. */
  stuck?: string | null;
}

export interface Refusal {
  at: string;
  reason: string;
  sample: string;
}

export interface Discovered {
  driver: string;
  address: string;
  name: string;
  sample?: unknown;
  settings: Record<string, unknown>;
}

export interface Mistake {
  path: string;
  message: string;
}
