import { fixedPoint } from "./fixed-point.ts";
import type { ExactKline } from "./kline-rows.ts";
import type { SymbolSpec } from "./venue-options.ts";

interface KlineTexts {
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly takerVolume: string;
  readonly quoteVolume: string;
  readonly takerQuoteVolume: string;
}

/** A kline as its stream tells it. */
export function klineMessage(
  spec: SymbolSpec,
  interval: string,
  kline: ExactKline,
  isClosed: boolean,
  eventTime: number,
): string {
  const texts = klineTexts(spec, kline);
  return JSON.stringify({
    e: "kline",
    E: eventTime,
    s: spec.symbol,
    k: {
      t: kline.openTime,
      T: kline.closeTime,
      s: spec.symbol,
      i: interval,
      f: kline.firstTradeId,
      L: kline.lastTradeId,
      o: texts.open,
      c: texts.close,
      h: texts.high,
      l: texts.low,
      v: texts.volume,
      n: kline.trades,
      x: isClosed,
      q: texts.quoteVolume,
      V: texts.takerVolume,
      Q: texts.takerQuoteVolume,
      B: "0",
    },
  });
}

/** A kline as REST serves it. */
export function klineRow(spec: SymbolSpec, kline: ExactKline): readonly (string | number)[] {
  const texts = klineTexts(spec, kline);
  return [
    kline.openTime,
    texts.open,
    texts.high,
    texts.low,
    texts.close,
    texts.volume,
    kline.closeTime,
    texts.quoteVolume,
    kline.trades,
    texts.takerVolume,
    texts.takerQuoteVolume,
    "0",
  ];
}

function klineTexts(spec: SymbolSpec, kline: ExactKline): KlineTexts {
  const { priceDecimals, shownPriceDecimals, sizeDecimals, shownSizeDecimals } = spec;
  const price = (value: number) => fixedPoint(value, priceDecimals, shownPriceDecimals);
  const size = (value: bigint) => fixedPoint(value, sizeDecimals, shownSizeDecimals);
  const quoteDecimals = priceDecimals + sizeDecimals;
  // Exact always: more digits are shown where the product has more than the venue pads to.
  const quote = (value: bigint) =>
    fixedPoint(value, quoteDecimals, Math.max(quoteDecimals, shownPriceDecimals));
  return {
    open: price(kline.open),
    high: price(kline.high),
    low: price(kline.low),
    close: price(kline.close),
    volume: size(kline.volume),
    takerVolume: size(kline.takerVolume),
    quoteVolume: quote(kline.quoteVolume),
    takerQuoteVolume: quote(kline.takerQuoteVolume),
  };
}
