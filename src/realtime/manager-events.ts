import { EventEmitter } from "eventemitter3";
import type { GuardSwitch } from "../locks/guard-choice.ts";
import type { Bar } from "./market/bar.ts";
import type { Gap } from "./market/gap.ts";
import type { Quote } from "./market/quote.ts";
import type { Tick } from "./market/tick.ts";

/** What a manager tells. Listeners run in the order of the market; one that throws does not stop the others. */
export interface ManagerEvents {
  /** Every trade, in the order of arrival. The frames contain it already, unless a reader holds them. */
  tick: (tick: Tick) => void;
  /** Every change of the best bid and ask, as it arrives. */
  quote: (quote: Quote) => void;
  /** The forming bar, at most once a batch of ticks; or a closed bar that a late trade amended (`revision` above 0). */
  barUpdated: (bar: Bar) => void;
  /** Once per bar, in the order of time, before the `tick` that follows it. */
  barClosed: (bar: Bar) => void;
  /** The ids show that trades are missing. */
  gap: (gap: Gap) => void;
  /** The connection looks open, but nothing has come for so long. */
  stale: (notice: { readonly silentMs: number }) => void;
  /** Connected and subscribed; `generation` is 1 at first, and one more after each reconnect. */
  connected: (notice: { readonly generation: number }) => void;
  /** `retryInMs` is `undefined` when there will be no retry. */
  disconnected: (notice: { readonly reason: string; readonly retryInMs: number | undefined }) => void;
  /** An `adaptive` guard serves the readers of a symbol in another way from here on; they do not notice. */
  guardSwitched: (notice: GuardSwitch & { readonly symbol: string }) => void;
  /** What went wrong outside any call: a refused resubscription, a listener that threw. Without a listener it is thrown. */
  error: (error: Error) => void;
}

export type ManagerEvent = keyof ManagerEvents;

type Listener = (value: never) => unknown;

/**
 * An emitter whose listeners cannot harm the feed or each other: what one throws, or what its promise rejects with, is
 * told as `error`. Without an `error` listener that becomes an uncaught exception, as Node's own emitters have it.
 */
export class GuardedEmitter {
  readonly #emitter = new EventEmitter();
  /** What was registered in the place of each listener. */
  readonly #guarded = new Map<ManagerEvent, WeakMap<Listener, (value: unknown) => void>>();
  #failures = 0;

  /** How often a listener failed. */
  get failures(): number {
    return this.#failures;
  }

  listenerCount(event: ManagerEvent): number {
    return this.#emitter.listenerCount(event);
  }

  on<E extends ManagerEvent>(event: E, listener: ManagerEvents[E]): void {
    this.#emitter.on(event, this.#guard(event, listener));
  }

  once<E extends ManagerEvent>(event: E, listener: ManagerEvents[E]): void {
    this.#emitter.once(event, this.#guard(event, listener));
  }

  off<E extends ManagerEvent>(event: E, listener: ManagerEvents[E]): void {
    const guarded = this.#guarded.get(event)?.get(listener);
    if (!guarded) return;
    this.#emitter.off(event, guarded);
    this.#guarded.get(event)!.delete(listener);
  }

  emit<E extends ManagerEvent>(event: E, value: Parameters<ManagerEvents[E]>[0]): void {
    this.#emitter.emit(event, value);
  }

  /** Tells an error, or throws it where nobody listens: later, so that the caller is not interrupted. */
  fail(error: Error): void {
    if (this.listenerCount("error") > 0) this.emit("error", error);
    else throwLater(error);
  }

  #guard(event: ManagerEvent, listener: Listener): (value: unknown) => void {
    const known = this.#guarded.get(event)?.get(listener);
    if (known) return known;
    const failed = (thrown: unknown) => {
      this.#failures++;
      const error = thrown instanceof Error ? thrown : new Error(`a listener threw ${String(thrown)}`);
      if (event === "error") throwLater(error);
      else this.fail(error);
    };
    const guarded = (value: unknown) => {
      try {
        const result = listener(value as never);
        if (result instanceof Promise) result.catch(failed);
      } catch (thrown) {
        failed(thrown);
      }
    };
    if (!this.#guarded.has(event)) this.#guarded.set(event, new WeakMap());
    this.#guarded.get(event)!.set(listener, guarded);
    return guarded;
  }
}

function throwLater(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}
