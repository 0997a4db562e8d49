export type AlertState = "open" | "acknowledged" | "resolved";

export interface Alert {
  id: string;
  kind: string;
  severity: "critical" | "warning";
  state: AlertState;
  gateway?: string | null;
  device?: string | null;
  site?: string | null;
  asset?: string | null;
  sku?: string | null;
  rule: string;
  openedAt: string;
  detectedAt: string;
  resolvedAt?: string | null;
  late: boolean;
  peakCelsius?: number | null;
  mktCelsius?: number | null;
  acknowledgedBy?: string | null;
  note?: string | null;
  audit?: Audit[];
}

export interface Audit {
  at: string;
  by?: string | null;
  change: string;
  note?: string | null;
}

export interface Reading {
  observedAt: string;
  celsius?: number | null;
  fault?: string | null;
}

export interface StockRow {
  site: string;
  sku: string;
  onHand: number;
  reserved: number;
  available: number;
  inTransit: number;
  updatedAt: string;
  lowSince?: string | null;
}

/** Why a stock figure is what it is. */
export interface StockFacts {
  facts: StockFact[];
  variances: { id: string; countedAt: string; counted: number; expected: number; variance: number; by?: string | null; reason?: string | null }[];
}

export interface StockFact {
  id: string;
  kind: string;
  quantity: number;
  /** What it did to the number on hand. */
  change: number;
  reference?: string | null;
  toSite?: string | null;
  channel?: string | null;
  by?: string | null;
  reason?: string | null;
  occurredAt: string;
}

export interface Range {
  store: string;
  from: number;
  to: number;
}

export interface LedgerRange extends Range {
  kind: string;
  count: number;
  reason: string;
}

export interface Gateway {
  gateway: string;
  site?: string | null;
  asset?: string | null;
  store?: string | null;
  highestSeq: number;
  missing: Range[];
  ledgered: LedgerRange[];
  buffered?: number | null;
  oldestBufferedAt?: string | null;
  lastHeard?: string | null;
  version?: string | null;
  clock?: string | null;
  lost: boolean;
}

export interface Item {
  epc: string;
  gtin?: string | null;
  sscc?: string | null;
  site?: string | null;
  zone?: string | null;
  inStock: boolean;
  history: Passage[];
}

export interface Passage {
  observedAt: string;
  change: string;
  passage: string;
  site?: string | null;
  zone?: string | null;
  gateway: string;
  device: string;
}

export interface LagRow {
  topic: string;
  partition: number;
  records: number;
  seconds?: number | null;
}
