import type { BlameReport, DurationReport, LockModeReport, LockReport } from "../../lock-report.ts";
import { durationText } from "../duration-text.ts";
import { percentText } from "../percent-text.ts";
import { html, type Markup } from "./markup.ts";
import { quantileChart, type ChartLine } from "./quantile-chart.ts";

/** Cells are shaded in so many steps. */
const SHADES = 6;

/** Everything of one lock; `timeline` stands last. */
export function lockSection(lock: LockReport, spanMs: number, timeline: Markup | undefined): Markup {
  const modes = (["read", "write"] as const).filter((mode) => lock[mode].acquisitions > 0);
  const lines = modes.flatMap((mode) => linesOf(mode, lock[mode]));
  const share = spanMs > 0 ? lock.contendedMs / spanMs : 0;
  const acquisitions = lock.read.acquisitions + lock.write.acquisitions;
  return html`<section class="lock" data-lock="${lock.name}">
    <h2>${lock.name}</h2>
    <dl>
      ${fact("Acquired", acquisitions)} ${fact("Waited", lock.read.contended + lock.write.contended)}
      ${fact("Timed out", lock.read.timeouts + lock.write.timeouts)}
      ${fact("Aborted", lock.read.aborts + lock.write.aborts)}
      ${fact("Refused", lock.read.refused + lock.write.refused)} ${fact("Longest queue", lock.maxQueueLength)}
      ${fact("Most readers", lock.maxReaders)}
      <div>
        <dt>Waited for</dt>
        <dd data-value="${share}">${percentText(share)} of the run</dd>
      </div>
      <div>
        <dt>Level</dt>
        <dd>${lock.level}</dd>
      </div>
    </dl>
    ${longestHold(lock)} ${quantileChart(lines)} ${lines.length > 0 ? quantileTable(lines) : undefined}
    ${lock.blame.length > 0 ? blameMatrix(lock.blame) : undefined} ${timeline}
  </section>`;
}

function fact(name: string, value: number): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd data-value="${value}">${value.toLocaleString("en-US")}</dd>
  </div>`;
}

function longestHold({ longestHold: hold }: LockReport): Markup | undefined {
  if (hold === undefined) return undefined;
  return html`<p class="hint">
    Longest hold that was timed: <span data-value="${hold.holdMs}">${durationText(hold.holdMs)}</span>, a
    ${hold.mode} at <code>${hold.site}</code>.
  </p>`;
}

function linesOf(mode: "read" | "write", report: LockModeReport): ChartLine[] {
  return (["wait", "resume", "hold"] as const).map((kind) => ({
    mode,
    kind,
    duration: report[kind],
  }));
}

function quantileTable(lines: readonly ChartLine[]): Markup {
  return html`<div class="scroll">
    <table class="durations">
      <thead>
        <tr>
          <th class="text">Duration</th>
          <th>Samples</th>
          <th>Mean</th>
          <th>p50</th>
          <th>p90</th>
          <th>p99</th>
          <th>p99.9</th>
          <th>Max</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ({ mode, kind, duration }) =>
            html`<tr data-duration="${mode} ${kind}">
              <td class="text">${mode} ${kind}</td>
              ${quantiles(duration)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function quantiles(duration: DurationReport): Markup {
  if (duration.count === 0)
    return html`<td>0</td>
      <td colspan="6" class="absent">not measured</td>`;
  const { count, meanMs, p50Ms, p90Ms, p99Ms, p999Ms, maxMs } = duration;
  const cells = [meanMs, p50Ms, p90Ms, p99Ms, p999Ms, maxMs];
  return html`<td data-value="${count}">${count.toLocaleString("en-US")}</td>
    ${cells.map((ms) => html`<td data-value="${ms}">${durationText(ms)}</td>`)}`;
}

/** Who waited, down, behind whom, across; both the dearest first. */
function blameMatrix(blame: readonly BlameReport[]): Markup {
  const waiters = [...new Set(blame.map(({ waiter }) => waiter))];
  const holders = [...new Set(blame.map(({ holder }) => holder))];
  const worstMs = Math.max(...blame.map(({ waitMs }) => waitMs));
  const cellOf = (waiter: string, holder: string): Markup => {
    const waitMs = blame.find((pair) => pair.waiter === waiter && pair.holder === holder)?.waitMs ?? 0;
    if (waitMs === 0) return html`<td class="absent">·</td>`;
    const shade = Math.ceil((SHADES * waitMs) / worstMs);
    return html`<td class="shade${shade}" data-value="${waitMs}">${durationText(waitMs)}</td>`;
  };
  return html`<h3>Who waited behind whom</h3>
    <div class="scroll">
      <table class="blame">
        <thead>
          <tr>
            <th class="text">Waiter ↓ holder →</th>
            ${holders.map((holder) => html`<th><code>${holder}</code></th>`)}
          </tr>
        </thead>
        <tbody>
          ${waiters.map(
            (waiter) =>
              html`<tr>
                <th class="text"><code>${waiter}</code></th>
                ${holders.map((holder) => cellOf(waiter, holder))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
