import { counted, grouped, plainDecimal } from "./number-format.ts";
import { print, printJson, tell } from "./output.ts";
import { textTable } from "./text-table.ts";
import type { FrameReaders } from "./frame-readers.ts";
import type { MarketSample, MarketSampler, SymbolSample } from "./market-sample.ts";

export interface MarketViewOptions {
  readonly title: string;
  /** How long the session lasts; `undefined` when only the user ends it. */
  readonly seconds: number | undefined;
  readonly json: boolean;
}

const REPAINT_MS = 200;
const PLAIN_MS = 1_000;
const PLAIN_COLUMNS = 100;
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
    const columns = process.stdout.columns || PLAIN_COLUMNS;
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

/** Prices that do not fit are left out. */
function plainLine(sample: MarketSample): string {
  const { counts, tornReads } = sample;
  let line = [
    `${String(Math.round(sample.elapsedMs / 1_000)).padStart(3)} s`,
    ...(sample.feed === "open" ? [] : [`feed ${sample.feed}`]),
    `${grouped(sample.tradesPerSecond).padStart(7)} trades/s`,
    `${grouped(sample.closedBars).padStart(5)} bars closed`,
    `${grouped(sample.readsPerSecond).padStart(6)} reads/s`,
    ...(tornReads > 0 ? [`${grouped(tornReads)} torn`] : []),
    ...(counts.gaps > 0 ? [counted(counts.gaps, "gap")] : []),
  ].join("  ");
  for (const { symbol, price } of sample.symbols) {
    const shown = `  ${symbol} ${shownNumber(price)}`;
    if (line.length + shown.length > PLAIN_COLUMNS) break;
    line += shown;
  }
  return line;
}

function pictureLines(sample: MarketSample, { title, seconds }: MarketViewOptions): readonly string[] {
  const { counts } = sample;
  const elapsed = `${(sample.elapsedMs / 1_000).toFixed(1)} s${seconds === undefined ? "" : ` of ${seconds} s`}`;
  return [
    `${title}   ${elapsed}`,
    "",
    [
      `feed ${sample.feed}`,
      `${grouped(sample.tradesPerSecond)} trades/s`,
      `${grouped(sample.messagesPerSecond)} messages/s`,
      counted(counts.gaps, "gap"),
      `${grouped(counts.missingTrades)} missing`,
      `${grouped(sample.backlogTicks)} waiting`,
    ].join("   "),
    [
      counted(sample.closedBars, "bar") + " closed",
      counted(sample.reads, "read"),
      `${grouped(sample.readsPerSecond)} reads/s`,
      `${grouped(sample.tornReads)} torn`,
    ].join("   "),
    "",
    ...symbolTable(sample),
  ];
}

function symbolTable({ symbols, timeframe }: MarketSample): string[] {
  const hasQuotes = symbols.some(({ bid }) => bid !== undefined);
  const quotesOf = ({ bid, ask }: SymbolSample): string[] =>
    hasQuotes ? [shownNumber(bid), shownNumber(ask)] : [];
  return textTable(
    [
      { title: "symbol", align: "left" },
      { title: "price" },
      ...(hasQuotes ? [{ title: "bid" }, { title: "ask" }] : []),
      { title: `${timeframe} open` },
      { title: "high" },
      { title: "low" },
      { title: "close" },
      { title: "volume" },
      { title: "bars closed" },
    ],
    symbols.map((sample) => {
      const { symbol, price, forming, closedBars } = sample;
      const bar = [forming?.open, forming?.high, forming?.low, forming?.close, forming?.volume];
      return [symbol, shownNumber(price), ...quotesOf(sample), ...bar.map(shownNumber), grouped(closedBars)];
    }),
  );
}

function shownNumber(value: number | undefined): string {
  return value === undefined ? "-" : plainDecimal(value);
}
