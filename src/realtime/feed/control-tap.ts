import type { ControlReply, FeedSink, KlineUpdate, RejectReason } from "./feed.ts";
import type { Traffic } from "./traffic.ts";
import type { WireRecord } from "./wire-record.ts";

/** What of a venue's messages concerns the connection itself. */
export interface ControlHandlers {
  onReply(reply: ControlReply): void;
  onShutdownNotice(): void;
}

/** Passes everything on to the sink of the feed, hands control messages to the connection, counts market events. */
export class ControlTap implements FeedSink {
  readonly #sink: FeedSink;
  readonly #handlers: ControlHandlers;
  readonly #traffic: Traffic;

  constructor(sink: FeedSink, handlers: ControlHandlers, traffic: Traffic) {
    this.#sink = sink;
    this.#handlers = handlers;
    this.#traffic = traffic;
  }

  onTrade(record: WireRecord): void {
    this.#traffic.events++;
    this.#sink.onTrade(record);
  }

  onQuote(record: WireRecord): void {
    this.#traffic.events++;
    this.#sink.onQuote(record);
  }

  onKline(kline: KlineUpdate): void {
    this.#traffic.events++;
    this.#sink.onKline(kline);
  }

  onOther(record: WireRecord): void {
    this.#traffic.events++;
    this.#sink.onOther(record);
  }

  onReply(reply: ControlReply): void {
    this.#handlers.onReply(reply);
    this.#sink.onReply(reply);
  }

  onShutdownNotice(): void {
    this.#handlers.onShutdownNotice();
    this.#sink.onShutdownNotice();
  }

  onRejected(reason: RejectReason, message: Uint8Array): void {
    this.#sink.onRejected(reason, message);
  }
}
