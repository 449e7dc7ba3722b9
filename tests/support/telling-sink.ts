import type { FeedSink, KlineUpdate, RejectReason } from "../../src/realtime/feed/feed.ts";
import { WireField, type WideDigits, type WireRecord } from "../../src/realtime/feed/wire-record.ts";

/** What a decoder told, as plain values. */
export type Told =
  | {
      readonly kind: "trade";
      readonly symbol: number;
      readonly eventTime: number;
      readonly tradeTime: number;
      readonly price: number;
      readonly size: number;
      readonly firstTradeId: number;
      readonly lastTradeId: number;
      readonly side: number;
      readonly priceDecimals: number;
      readonly sizeDecimals: number;
      readonly wide: WideDigits | undefined;
    }
  | {
      readonly kind: "quote";
      readonly symbol: number;
      readonly eventTime: number;
      readonly bid: number;
      readonly bidSize: number;
      readonly ask: number;
      readonly askSize: number;
    }
  | { readonly kind: "kline"; readonly kline: KlineUpdate }
  | {
      readonly kind: "other";
      readonly symbol: number;
      readonly eventTime: number;
      readonly firstTradeId: number;
      readonly lastTradeId: number;
    }
  | { readonly kind: "reply"; readonly id: number; readonly error?: string }
  | { readonly kind: "shutdown" }
  | { readonly kind: "rejected"; readonly reason: RejectReason };

/** Keeps what it is told; records are read at once, as a sink must. */
export class TellingSink implements FeedSink {
  readonly told: Told[] = [];

  onTrade({ fields, wide }: WireRecord): void {
    this.told.push({
      kind: "trade",
      symbol: fields[WireField.symbol],
      eventTime: fields[WireField.eventTime],
      tradeTime: fields[WireField.tradeTime],
      price: fields[WireField.price],
      size: fields[WireField.size],
      firstTradeId: fields[WireField.firstTradeId],
      lastTradeId: fields[WireField.lastTradeId],
      side: fields[WireField.side],
      priceDecimals: fields[WireField.priceDecimals],
      sizeDecimals: fields[WireField.sizeDecimals],
      wide,
    });
  }

  onQuote({ fields }: WireRecord): void {
    this.told.push({
      kind: "quote",
      symbol: fields[WireField.symbol],
      eventTime: fields[WireField.eventTime],
      bid: fields[WireField.bid],
      bidSize: fields[WireField.bidSize],
      ask: fields[WireField.ask],
      askSize: fields[WireField.askSize],
    });
  }

  onKline(kline: KlineUpdate): void {
    this.told.push({ kind: "kline", kline });
  }

  onOther({ fields }: WireRecord): void {
    this.told.push({
      kind: "other",
      symbol: fields[WireField.symbol],
      eventTime: fields[WireField.eventTime],
      firstTradeId: fields[WireField.firstTradeId],
      lastTradeId: fields[WireField.lastTradeId],
    });
  }

  onReply(reply: { id: number; error?: string }): void {
    this.told.push({ kind: "reply", ...reply });
  }

  onShutdownNotice(): void {
    this.told.push({ kind: "shutdown" });
  }

  onRejected(reason: RejectReason): void {
    this.told.push({ kind: "rejected", reason });
  }
}
