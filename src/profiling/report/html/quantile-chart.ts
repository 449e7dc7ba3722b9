import type { LockMode } from "../../../locks/lock-observer.ts";
import type { DurationReport } from "../../lock-report.ts";
import { durationText } from "../duration-text.ts";
import { html, type Markup } from "./markup.ts";

/** One line of a chart: the durations of one kind. */
export interface ChartLine {
  readonly mode: LockMode;
  readonly kind: "wait" | "resume" | "hold";
  readonly duration: DurationReport;
}

const WIDTH = 640;
const LINE = 26;
const LEFT = 110;
const RIGHT = 20;
const AXIS = 22;

/**
 * Quantiles on one logarithmic axis: a box from p50 to p90, a thin bar to p99, a line to the maximum, and a mark at p99.9. Lines
 * share the axis, so that what is longer is farther right.
 */
export function quantileChart(lines: readonly ChartLine[]): Markup {
  const shown = lines.filter(({ duration }) => duration.count > 0);
  if (shown.length === 0) return html``;
  const least = Math.floor(Math.log10(Math.min(...shown.map(({ duration }) => floorMs(duration.p50Ms)))));
  const most = Math.max(
    least + 1,
    Math.ceil(Math.log10(Math.max(...shown.map(({ duration }) => floorMs(duration.maxMs))))),
  );
  const x = (ms: number): number =>
    round(LEFT + ((Math.log10(floorMs(ms)) - least) / (most - least)) * (WIDTH - LEFT - RIGHT));
  const height = shown.length * LINE + AXIS;
  const decades = Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i));
  return html`<svg
    class="quantiles"
    viewBox="0 0 ${WIDTH} ${height}"
    role="img"
    aria-label="Quantiles on a logarithmic axis"
  >
    ${decades.map((ms) => html`<line class="grid" x1="${x(ms)}" x2="${x(ms)}" y1="0" y2="${height - AXIS}" /><text class="tick" x="${x(ms)}" y="${height - 6}">${decadeText(ms)}</text>`)}
    ${shown.map((line, i) => chartLine(line, i * LINE, x))}
  </svg>`;
}

function chartLine({ mode, kind, duration }: ChartLine, top: number, x: (ms: number) => number): Markup {
  const { p50Ms, p90Ms, p99Ms, p999Ms, maxMs } = duration;
  const label = `${mode} ${kind}`;
  const middle = top + LINE / 2;
  const bar = (from: number, to: number, height: number, name: string): Markup =>
    html`<rect
      class="${name}"
      x="${x(from)}"
      y="${middle - height / 2}"
      width="${Math.max(2, round(x(to) - x(from)))}"
      height="${height}"
    />`;
  const title = `${label}: p50 ${durationText(p50Ms)}, p90 ${durationText(p90Ms)}, p99 ${durationText(p99Ms)}, p99.9 ${durationText(p999Ms)}, max ${durationText(maxMs)}`;
  return html`<g class="${kind}"
    ><title>${title}</title><rect class="hit" x="0" y="${top}" width="${WIDTH}" height="${LINE}" />
    <text class="label" x="0" y="${middle + 4}">${label}</text>
    <line class="whole" x1="${x(p50Ms)}" x2="${x(maxMs)}" y1="${middle}" y2="${middle}" />
    ${bar(p90Ms, p99Ms, 6, "tail")}${bar(p50Ms, p90Ms, 14, "body")}
    <line class="mark" x1="${x(p999Ms)}" x2="${x(p999Ms)}" y1="${middle - 6}" y2="${middle + 6}" />
    <circle class="end" cx="${x(maxMs)}" cy="${middle}" r="2.5"
  /></g>`;
}

/** A logarithm needs something above 0: the clock tells nothing below a nanosecond. */
function floorMs(ms: number): number {
  return Math.max(ms, 1e-6);
}

function decadeText(ms: number): string {
  if (ms >= 1_000) return `${ms / 1_000} s`;
  if (ms >= 1) return `${ms} ms`;
  return ms >= 0.001 ? `${Math.round(ms * 1e3)} µs` : `${Math.round(ms * 1e6)} ns`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
