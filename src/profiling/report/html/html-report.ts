import { createHash } from "node:crypto";
import type { LockEvent } from "../../event-ring.ts";
import type { ProfileReport, ProfilerCost } from "../../lock-report.ts";
import { contentionTable } from "../contention-table.ts";
import { durationText } from "../duration-text.ts";
import { contentionSection } from "./contention-section.ts";
import { lockSection } from "./lock-section.ts";
import { html, Markup } from "./markup.ts";
import { STYLE } from "./style.ts";
import { TIMELINE_SCRIPT } from "./timeline-script.ts";
import { timeline } from "./timeline.ts";

/**
 * A page about a run's locks, in one file that asks for nothing else: the contention table, and for each lock its quantiles and
 * who waited behind whom; with the events of level `trace`, also a timeline of holders and waiters. All names are escaped, and
 * the page's own policy allows its one style and its one script by their hashes, and nothing more.
 */
export function htmlReport(report: ProfileReport, events: readonly LockEvent[] = []): string {
  const { locks, spanMs, takenAt, profiler } = report;
  // Whole elements: a formatter may add space inside of one in the template below, and then the hash is another.
  const style = new Markup(`<style>${STYLE}</style>`);
  const script = new Markup(`<script>${TIMELINE_SCRIPT}</script>`);
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(TIMELINE_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Locks of a run of ${durationText(spanMs)}</title>
        ${style}
      </head>
      <body>
        <main>
          <h1>Where the run waited for locks</h1>
          <p class="hint">${durationText(spanMs)}, up to ${timeText(takenAt)}. Quantiles are within 1.6 %.</p>
          ${contentionSection(contentionTable(report))}
          ${locks.map((lock) => lockSection(lock, spanMs, timeline(events.filter((event) => event.lock === lock.name))))}
          ${costLine(profiler)}
        </main>
        ${script}
      </body>
    </html> `;
  return page.toString();
}

function costLine(cost: ProfilerCost): Markup {
  const counts = [
    ["events counted", cost.events],
    ["holds timed", cost.timedHolds],
    ["stacks taken", cost.stacks],
    ["stacks not allowed by the budget", cost.droppedStacks],
    ["events dropped from the trace", cost.droppedEvents],
    ["names folded", cost.foldedNames],
    ["places folded", cost.foldedSites],
  ] as const;
  return html`<p class="hint" id="cost">
    The profiler itself cost about
    <span data-value="${cost.estimatedMs}">${durationText(cost.estimatedMs)}</span>:
    ${counts.map(([name, count], i) => html`${i === 0 ? "" : ", "}${count.toLocaleString("en-US")} ${name}`)}.
  </p>`;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
