import type { ManagerEvents } from "../manager-events.ts";
import type { TickStream, TickStreamOptions } from "../ring/tick-stream.ts";
import type { HasParts, Mixin } from "./mixin.ts";

/** Hearing of ticks, quotes, bars and the feed as they come. */
export interface Subscriptions {
  /** Calls `listener` at each event. One that throws, or whose promise rejects, is told as `error`; the others go on. */
  on<E extends keyof ManagerEvents>(event: E, listener: ManagerEvents[E]): this;
  /** Calls `listener` at the next event only. */
  once<E extends keyof ManagerEvents>(event: E, listener: ManagerEvents[E]): this;
  off<E extends keyof ManagerEvents>(event: E, listener: ManagerEvents[E]): this;
  /**
   * The ticks of a symbol, or of all, from the next one on, in a queue of their own. A consumer that falls behind loses
   * what `overflow` says, counted in `missed`; it never slows the feed.
   *
   * @throws UnknownSymbolError when the manager was not opened with `symbol`.
   */
  ticks(symbol?: string, options?: TickStreamOptions): TickStream;
}

export const withSubscriptions: Mixin<HasParts, Subscriptions> = (Base) =>
  class extends Base implements Subscriptions {
    on<E extends keyof ManagerEvents>(event: E, listener: ManagerEvents[E]): this {
      this.parts.events.on(event, listener);
      return this;
    }

    once<E extends keyof ManagerEvents>(event: E, listener: ManagerEvents[E]): this {
      this.parts.events.once(event, listener);
      return this;
    }

    off<E extends keyof ManagerEvents>(event: E, listener: ManagerEvents[E]): this {
      this.parts.events.off(event, listener);
      return this;
    }

    ticks(symbol?: string, options?: TickStreamOptions): TickStream {
      const { symbols } = this.parts;
      return this.parts.stream(symbol === undefined ? undefined : symbols.indexOf(symbol), options);
    }
  };
