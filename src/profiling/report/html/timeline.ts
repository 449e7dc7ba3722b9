import type { LockEvent } from "../../event-ring.ts";
import { durationText } from "../duration-text.ts";
import { heldSpans, type HeldSpan } from "./held-spans.ts";
import { html, type Markup } from "./markup.ts";

/** Of each lock, the newest: more would make the page slow, and what is left out is told. */
const MOST_SPANS = 4_000;
const MOST_LANES = 32;
/** Of the drawing's own scale, which the page stretches to its width. */
const WIDTH = 10_000;
const LANE = 14;

/** Who held and who waited for each lock of one name, a drawing for each lock, that the page's script lets one zoom into. */
export function timeline(events: readonly LockEvent[]): Markup | undefined {
  if (events.length === 0) return undefined;
  const numbers = [...new Set(events.map(({ number }) => number))].sort((a, b) => a - b);
  return html`<h3>Holders and waiters</h3>
    <p class="hint legend">
      <span class="key wait"></span>waits <span class="key resume"></span>granted, not yet running
      <span class="key read"></span>reads <span class="key write"></span>writes. Wheel or + and − zoom,
      dragging or the arrow keys move, 0 shows all.
    </p>
    ${numbers.map((number) =>
      drawing(
        number,
        events.filter((event) => event.number === number),
        numbers.length > 1,
      ),
    )}`;
}

function drawing(number: number, events: readonly LockEvent[], isOneOfMany: boolean): Markup {
  const all = heldSpans(events);
  const spans = all.slice(-MOST_SPANS).filter(({ lane }) => lane < MOST_LANES);
  if (spans.length === 0) return html``;
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const toMs = Math.max(...spans.map((span) => span.toMs), fromMs + 1e-3);
  const lanes = 1 + Math.max(...spans.map(({ lane }) => lane));
  const scale = WIDTH / (toMs - fromMs);
  const left = all.length - spans.length;
  return html`<figure
    class="timeline"
    data-from="${fromMs}"
    data-to="${toMs}"
    data-spans="${spans.length}"
    tabindex="0"
  >
    ${isOneOfMany ? html`<figcaption>Lock ${number} of this name</figcaption>` : undefined}
    <svg
      viewBox="0 0 ${WIDTH} ${lanes * LANE}"
      height="${lanes * LANE}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Timeline of holders and waiters"
    >
      ${spans.map((span) => rect(span, fromMs, scale))}
    </svg>
    <div class="axis">
      <span class="from">0</span><span class="range">${durationText(toMs - fromMs)} shown</span
      ><span class="to">${durationText(toMs - fromMs)}</span>
    </div>
    ${left > 0 ? html`<p class="hint">${left.toLocaleString("en-US")} spans are left out: older ones, and those beyond ${MOST_LANES} at once.</p>` : undefined}
  </figure>`;
}

function rect(
  { kind, mode, site, lane, fromMs, toMs, end }: HeldSpan,
  startMs: number,
  scale: number,
): Markup {
  const name = kind === "hold" ? mode : kind;
  const title = `${VERBS[kind]} ${mode} for ${durationText(toMs - fromMs)} at ${site ?? "unknown"}, from ${durationText(fromMs - startMs)}, ${end}`;
  const x = ((fromMs - startMs) * scale).toFixed(2);
  const width = Math.max(0.5, (toMs - fromMs) * scale).toFixed(2);
  return html`<rect class="${name}" x="${x}" y="${lane * LANE + 1}" width="${width}" height="${LANE - 2}"
    ><title>${title}</title></rect
  >`;
}

const VERBS: Readonly<Record<HeldSpan["kind"], string>> = {
  wait: "waits to",
  resume: "granted to",
  hold: "holds to",
};
