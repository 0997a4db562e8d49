import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCelsius } from "../common/format";
import type { Threshold } from "../common/rule";
import { type Columns, rangeOf } from "./chart-data";

interface Props {
  columns: Columns;
  threshold: Threshold | null;
  /** Unix milliseconds. */
  window: { from: number; to: number };
  /** The breach, Unix milliseconds. */
  breach: { from: number; to: number };
  description: string;
}

const HEIGHT_PIXELS = 300;

/** Readings over time with the line that was crossed and the time it was crossed shaded. */
export function TemperatureChart(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = host.current!;
    const build = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element.clientWidth, () => latest.current), latest.current.columns, element);
    };
    build();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT_PIXELS }));
    resized.observe(element);
    // The colours are read from the style sheet when the chart is made.
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", build);
    return () => {
      scheme.removeEventListener("change", build);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => plot.current?.setData(props.columns), [props.columns]);

  return <div ref={host} class="chart" role="img" aria-label={props.description} />;
}

function options(width: number, current: () => Props): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour("--muted"),
    font: "13px Inter, sans-serif",
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1, size: 6 },
  };

  const shadeBreach = (u: uPlot) => {
    const { breach } = current();
    const { left, top, width: span, height } = u.bbox;
    const from = Math.max(u.valToPos(breach.from / 1000, "x", true), left);
    const to = Math.min(u.valToPos(breach.to / 1000, "x", true), left + span);
    u.ctx.fillStyle = colour("--bad-soft");
    u.ctx.fillRect(from, top, to - from, height);
  };

  const drawThreshold = (u: uPlot) => {
    const { threshold } = current();
    if (!threshold) {
      return;
    }
    const { ctx, bbox } = u;
    const scale = devicePixelRatio;
    const y = u.valToPos(threshold.celsius, "y", true);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour("--bad");
    ctx.lineWidth = 1.5 * scale;
    ctx.setLineDash([6 * scale, 4 * scale]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = `600 ${13 * scale}px Inter, sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = threshold.direction === "above" ? "top" : "bottom";
    ctx.fillText(`${threshold.direction} ${formatCelsius(threshold.celsius)}`, bbox.left + 8 * scale, y + (threshold.direction === "above" ? 5 : -5) * scale);
    ctx.restore();
  };

  // One line in two colours: a gradient with a hard step at the threshold.
  const stroke = (u: uPlot): string | CanvasGradient => {
    const { threshold } = current();
    const { top, height } = u.bbox;
    if (!threshold || !(height > 0)) {
      return colour("--accent");
    }
    const step = Math.min(1, Math.max(0, (u.valToPos(threshold.celsius, "y", true) - top) / height));
    const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
    const [upper, lower] = threshold.direction === "above" ? ["--bad", "--accent"] : ["--accent", "--bad"];
    gradient.addColorStop(step, colour(upper!));
    gradient.addColorStop(step, colour(lower!));
    return gradient;
  };

  return {
    width,
    height: HEIGHT_PIXELS,
    scales: {
      x: { range: () => [current().window.from / 1000, current().window.to / 1000] },
      y: { range: () => rangeOf(current().columns[1], current().threshold) },
    },
    axes: [
      { ...axis, values: "{HH}:{mm}", space: 70 },
      { ...axis, size: 56, values: (_, splits) => splits.map((value) => `${value} °`) },
    ],
    series: [
      { value: "{D} {MMM} {HH}:{mm}:{ss}", label: "Time" },
      { label: "Temperature", stroke, width: 2, spanGaps: false, points: { show: false }, value: (_, value: number | null) => (value == null ? "–" : formatCelsius(value)) },
    ],
    cursor: { drag: { x: false, y: false }, points: { size: 9 } },
    hooks: { drawClear: [shadeBreach], draw: [drawThreshold] },
  };
}
