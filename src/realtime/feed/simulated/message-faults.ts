import type { Clock, Timer } from "../../../clock.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { payloadOf, textFrame } from "./websocket-frame.ts";

/** What may happen to messages on their way. Each touches the next `messages` of them. */
export type MessageFault =
  /** They happen, and are never sent. */
  | { readonly kind: "lose"; readonly messages: number }
  /** Each is sent twice. */
  | { readonly kind: "duplicate"; readonly messages: number }
  /** They are shuffled within windows of so many; a window is sent when it is full or the fault is over. */
  | { readonly kind: "reorder"; readonly messages: number; readonly window: number }
  /** They arrive late; what follows waits behind them. */
  | { readonly kind: "delay"; readonly messages: number; readonly ms: number }
  /** One byte becomes a control character, so that they are no JSON any more. */
  | { readonly kind: "corrupt"; readonly messages: number }
  /** They end somewhere in the middle, in a whole frame. */
  | { readonly kind: "truncate"; readonly messages: number };

const CONTROL_CHARACTER = 0x01;

/** Where messages go that came through. */
export interface FaultTarget {
  deliver(frame: Buffer): void;
  flush(): void;
}

interface Late {
  readonly frame: Buffer;
  readonly dueMs: number;
}

/** The faults of one connection's messages, applied in a fixed order: lose, damage, duplicate, reorder, delay. */
export class MessageFaults {
  readonly #target: FaultTarget;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #left = { lose: 0, duplicate: 0, reorder: 0, delay: 0, corrupt: 0, truncate: 0 };
  #windowSize = 0;
  #window: Buffer[] = [];
  #delayMs = 0;
  #late: Late[] = [];
  #timer: Timer | undefined = undefined;

  constructor(
    target: FaultTarget,
    { clock, random }: { readonly clock: Clock; readonly random: SeededRandom },
  ) {
    this.#target = target;
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether no message is touched or held any more. */
  get isOver(): boolean {
    const isSpent = Object.values(this.#left).every((messages) => messages === 0);
    return isSpent && this.#late.length === 0 && this.#window.length === 0;
  }

  add(fault: MessageFault): void {
    this.#left[fault.kind] += fault.messages;
    if (fault.kind === "reorder") this.#windowSize = fault.window;
    if (fault.kind === "delay") this.#delayMs = fault.ms;
  }

  /** Takes one frame; the bytes are only valid during the call. */
  push(frame: Buffer): void {
    if (this.#take("lose")) return;
    let message: Buffer = Buffer.from(frame);
    if (this.#take("truncate")) message = this.#truncated(message);
    if (this.#take("corrupt")) this.#corrupt(message);
    this.#reordered(message);
    if (this.#take("duplicate")) this.#reordered(message);
  }

  /** Lets everything held go, in order. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { frame } of this.#late) this.#target.deliver(frame);
    for (const frame of this.#window) this.#target.deliver(frame);
    this.#late = [];
    this.#window = [];
  }

  #take(kind: MessageFault["kind"]): boolean {
    if (this.#left[kind] === 0) return false;
    this.#left[kind]--;
    return true;
  }

  #truncated(frame: Buffer): Buffer {
    const payload = payloadOf(frame);
    return textFrame(payload.subarray(0, 1 + this.#random.below(payload.length - 1)));
  }

  #corrupt(frame: Buffer): void {
    const payload = payloadOf(frame);
    payload[this.#random.below(payload.length)] = CONTROL_CHARACTER;
  }

  #reordered(frame: Buffer): void {
    if (!this.#take("reorder")) return this.#delayed(frame);
    this.#window.push(frame);
    if (this.#window.length < this.#windowSize && this.#left.reorder > 0) return;
    const window = this.#window;
    this.#window = [];
    for (let last = window.length - 1; last > 0; last--) {
      const other = this.#random.below(last + 1);
      [window[last], window[other]] = [window[other], window[last]];
    }
    for (const message of window) this.#delayed(message);
  }

  #delayed(frame: Buffer): void {
    const isLate = this.#take("delay");
    if (!isLate && this.#late.length === 0) return this.#target.deliver(frame);
    const now = this.#clock.now();
    const lastDueMs = this.#late.at(-1)?.dueMs ?? now;
    this.#late.push({ frame, dueMs: Math.max(lastDueMs, isLate ? now + this.#delayMs : now) });
    this.#timer ??= this.#clock.setTimer(() => this.#release(), this.#late[0].dueMs - now);
  }

  #release(): void {
    const now = this.#clock.now();
    const waiting = this.#late.findIndex(({ dueMs }) => dueMs > now);
    const due = this.#late.splice(0, waiting < 0 ? this.#late.length : waiting);
    for (const { frame } of due) this.#target.deliver(frame);
    this.#target.flush();
    const next = this.#late.at(0);
    this.#timer = next && this.#clock.setTimer(() => this.#release(), next.dueMs - now);
  }
}
