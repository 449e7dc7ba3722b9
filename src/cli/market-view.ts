import { pictureLines, plainLine, LINE_COLUMNS } from "./market-lines.ts";
import { print, printJson, tell } from "./output.ts";
import type { FrameReaders } from "./frame-readers.ts";
import type { MarketSample, MarketSampler } from "./market-sample.ts";

export interface MarketViewOptions {
  readonly title: string;
  /** How long the session lasts; `undefined` when only the user ends it. */
  readonly seconds: number | undefined;
  readonly json: boolean;
}

const REPAINT_MS = 200;
const PLAIN_MS = 1_000;
const DEFAULT_ROWS = 24;

/**
 * What happens now, on standard output: a picture that is painted over itself on a terminal; elsewhere a line a second,
 * of text or of JSON.
 */
export class MarketView {
  readonly #options: MarketViewOptions;
  readonly #sampler: MarketSampler;
  readonly #isPainted: boolean;
  #timer: NodeJS.Timeout | undefined;
  #paintedLines = 0;

  constructor(options: MarketViewOptions, sampler: MarketSampler) {
    this.#options = options;
    this.#sampler = sampler;
    this.#isPainted = process.stdout.isTTY && !options.json;
  }

  start(readers: FrameReaders): void {
    this.#sampler.begin();
    if (!this.#isPainted && !this.#options.json) void print(`${this.#options.title}\n`);
    const show = (): void => this.#show(this.#sampler.take(readers));
    this.#timer = setInterval(show, this.#isPainted ? REPAINT_MS : PLAIN_MS);
    if (this.#isPainted) show();
  }

  /** Leaves the last picture standing. */
  stop(): void {
    clearInterval(this.#timer);
    this.#paintedLines = 0;
  }

  /** Writes a line on standard error, without tearing the picture. */
  readonly tell = (line: string): void => {
    this.#erase();
    tell(line);
  };

  #show(sample: MarketSample): void {
    if (this.#options.json) void printJson({ type: "status", ...sample });
    else if (this.#isPainted) this.#paint(pictureLines(sample, this.#options));
    else void print(`${plainLine(sample)}\n`);
  }

  #paint(lines: readonly string[]): void {
    // A terminal that does not know its size says 0.
    const columns = process.stdout.columns || LINE_COLUMNS;
    const rows = process.stdout.rows || DEFAULT_ROWS;
    const shown = lines.slice(0, rows - 1).map((line) => line.slice(0, columns - 1));
    this.#erase();
    this.#paintedLines = shown.length;
    void print(`${shown.join("\n")}\n`);
  }

  #erase(): void {
    if (this.#paintedLines > 0) void print(`\u001b[${this.#paintedLines}A\u001b[J`);
    this.#paintedLines = 0;
  }
}
