import type { DurationReport } from "../../lock-report.ts";
import type { ContentionBound, ContentionMode, ContentionRow, Measured } from "../contention-row.ts";
import { durationText } from "../duration-text.ts";
import { percentText } from "../percent-text.ts";
import { html, type Markup } from "./markup.ts";

const CURE_NAMES: Readonly<Record<ContentionBound["cure"], string>> = {
  snapshot: "by a snapshot",
  finer: "by finer locks",
  shorter: "by half the hold",
};

export function contentionSection(rows: readonly ContentionRow[]): Markup {
  if (rows.length === 0)
    return html`<section id="contention">
      <h2>Contention</h2>
      <p>Nobody waited for a lock.</p>
    </section>`;
  return html`<section id="contention">
    <h2>Contention</h2>
    <p class="hint">
      Worst first. Share: of the run, with somebody waiting for the lock. Gain: upper bound of the lock's
      waits that the advice removes.
    </p>
    <div class="scroll">
      <table class="contention">
        <thead>
          <tr>
            <th>#</th>
            <th class="text">Lock, place</th>
            <th class="text">Type</th>
            <th>Per second</th>
            <th>Waits</th>
            <th>Wait p50</th>
            <th>p99</th>
            <th>Timed</th>
            <th>Hold p50</th>
            <th>p99</th>
            <th>Share</th>
            <th class="text">Priority</th>
            <th>Gain ≤</th>
          </tr>
        </thead>
        ${rows.map(rowOf)}
      </table>
    </div>
  </section>`;
}

function rowOf(row: ContentionRow, index: number): Markup {
  const { lock, location, share, priority, bound, advice, causedMs, waitedMs } = row;
  const modes = row.modes.length > 0 ? row.modes : [undefined];
  const span = modes.length;
  const [first, ...others] = modes;
  return html`<tbody data-lock="${lock}" data-location="${location}">
    <tr>
      <td rowspan="${span}" class="rank">${index + 1}</td>
      <td rowspan="${span}" class="text"><strong>${lock}</strong> <code>${location}</code></td>
      ${modeCells(first)}
      <td rowspan="${span}" data-value="${share}">${percentText(share)}</td>
      <td rowspan="${span}" class="text"><span class="priority ${priority}">${priority}</span></td>
      <td rowspan="${span}" ${bound && html` data-value="${bound.atMost}"`}>${gainText(bound)}</td>
    </tr>
    ${others.map(
      (mode) =>
        html`<tr>
          ${modeCells(mode)}
        </tr>`,
    )}
    <tr class="advice">
      <td></td>
      <td colspan="12" class="text">
        ${advice}
        <span class="hint"
          >Waited <span data-value="${waitedMs}">${durationText(waitedMs)}</span>, made others wait
          <span data-value="${causedMs}">${durationText(causedMs)}</span>.</span
        >
      </td>
    </tr>
  </tbody>`;
}

function modeCells(mode: ContentionMode | undefined): Markup {
  if (mode === undefined)
    return html`<td class="text">not measured</td>
      <td colspan="7"></td>`;
  return html`<td class="text">${mode.mode}</td>
    <td data-value="${mode.perSecond}">${mode.perSecond.toPrecision(3)}</td>
    <td data-value="${mode.contended}">${mode.contended.toLocaleString("en-US")}</td>
    ${quantileCells(mode.wait)}
    <td>${mode.hold === "not measured" ? "0" : mode.hold.count.toLocaleString("en-US")}</td>
    ${quantileCells(mode.hold)}`;
}

function quantileCells(measured: Measured<DurationReport>): Markup {
  if (measured === "not measured") return html`<td colspan="2" class="absent">not measured</td>`;
  const { p50Ms, p99Ms } = measured;
  return html`<td data-value="${p50Ms}">${durationText(p50Ms)}</td>
    <td data-value="${p99Ms}">${durationText(p99Ms)}</td>`;
}

function gainText(bound: ContentionBound | undefined): Markup {
  if (bound === undefined) return html`none here`;
  const run = bound.runAtMost === undefined ? "run: no bound" : `run ≤ ${bound.runAtMost.toFixed(2)} ×`;
  return html`${percentText(bound.atMost)}<small>${CURE_NAMES[bound.cure]}</small><small>${run}</small>`;
}
