import { counted, grouped, plainDecimal } from "./number-format.ts";
import { textTable } from "./text-table.ts";
import type { MarketSample, SymbolSample } from "./market-sample.ts";

/** Longest line where the width of the output is not known. */
export const LINE_COLUMNS = 100;

/** A sample in one line; prices that do not fit are left out. */
export function plainLine(sample: MarketSample): string {
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
    if (line.length + shown.length > LINE_COLUMNS) break;
    line += shown;
  }
  return line;
}

/** A sample as a picture of several lines. `seconds` is how long the session lasts, where that is known. */
export function pictureLines(
  sample: MarketSample,
  { title, seconds }: { readonly title: string; readonly seconds: number | undefined },
): readonly string[] {
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
