import type { BlameReport, ProfileReport } from "../lock-report.ts";
import { codePlace } from "./code-place.ts";

export interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly col?: number;
}

/** Stacks, the outermost first, as indices of frames, and what each weighs. */
export interface SpeedscopeSamples {
  readonly type: "sampled";
  readonly name: string;
  readonly unit: "milliseconds";
  readonly startValue: 0;
  readonly endValue: number;
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** A file of https://www.speedscope.app, plain data for `JSON.stringify`. */
export interface SpeedscopeFile {
  readonly $schema: "https://www.speedscope.app/file-format-schema.json";
  readonly exporter: "tickframe";
  readonly name: string;
  readonly activeProfileIndex: 0;
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] };
  readonly profiles: readonly SpeedscopeSamples[];
}

/**
 * Who waited behind whom, as a flame graph whose widths are ms of waiting: lock, waiter, holder, and once more as lock,
 * holder, waiter.
 */
export function speedscopeProfile(report: ProfileReport): SpeedscopeFile {
  const frames = new FrameTable();
  const waits = report.locks.flatMap(({ name, blame }) => blame.map((each) => stackOf(frames, name, each)));
  return {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    exporter: "tickframe",
    name: `lock waits of ${new Date(report.takenAt).toISOString()}`,
    activeProfileIndex: 0,
    profiles: [
      samples("who waited", waits, ({ lock, waiter, holder }) => [lock, waiter, holder]),
      samples("who made others wait", waits, ({ lock, waiter, holder }) => [lock, holder, waiter]),
    ],
    shared: { frames: frames.frames },
  };
}

interface Wait {
  readonly lock: number;
  readonly waiter: number;
  readonly holder: number;
  readonly waitMs: number;
}

/** A place has one frame as waiter and another as holder, so that the totals of each are told apart. */
function stackOf(frames: FrameTable, name: string, { waiter, holder, waitMs }: BlameReport): Wait {
  return {
    lock: frames.indexOf(`lock ${name}`, () => ({ name: `lock ${name}` })),
    waiter: frames.indexOf(`waits ${waiter}`, () => placeFrame(waiter, "waits")),
    holder: frames.indexOf(`holds ${holder}`, () => placeFrame(holder, "holds")),
    waitMs,
  };
}

function placeFrame(site: string, does: string): SpeedscopeFrame {
  const { name, file, line, column } = codePlace(site);
  return { name: `${name} ${does}`, ...(file !== undefined && { file, line, col: column }) };
}

function samples(
  name: string,
  waits: readonly Wait[],
  stack: (wait: Wait) => readonly number[],
): SpeedscopeSamples {
  const weights = waits.map(({ waitMs }) => waitMs);
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    type: "sampled",
    name,
    unit: "milliseconds",
    startValue: 0,
    endValue,
    samples: waits.map(stack),
    weights,
  };
}

class FrameTable {
  readonly frames: SpeedscopeFrame[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(key: string, make: () => SpeedscopeFrame): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.frames.length);
    return this.frames.push(make()) - 1;
  }
}
