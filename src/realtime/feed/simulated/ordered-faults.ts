import type { Clock, Timer } from "../../../clock.ts";
import type { ClientConnection } from "./client-connection.ts";
import {
  checkFault,
  type AdmissionFault,
  type ConnectionFault,
  type Fault,
  type RestFault,
} from "./fault.ts";
import { MessageFaults, type MessageFault } from "./message-faults.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SubscriptionRefusal } from "./venue-server.ts";

type Counted<SomeFault> = { readonly fault: SomeFault; left: number };

const GOING_AWAY = 1_001;

/** Faults as a test orders them: what is due at a trade, what waits for the next request, and who carries it out. */
export class OrderedFaults {
  readonly #connections: () => Iterable<ClientConnection>;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  #atTrade: { readonly trade: number; readonly fault: Fault }[] = [];
  #admission: Counted<AdmissionFault>[] = [];
  #rest: Counted<RestFault>[] = [];
  #nextTrade = Infinity;
  readonly #healTimers = new Set<Timer>();

  constructor(
    connections: () => Iterable<ClientConnection>,
    { clock, random }: { readonly clock: Clock; readonly random: SeededRandom },
  ) {
    this.#connections = connections;
    this.#clock = clock;
    this.#random = random;
  }

  /** The trade that the next waiting fault is due at; Infinity when none waits. */
  get nextTrade(): number {
    return this.#nextTrade;
  }

  /** @throws RangeError when the fault is out of bounds. */
  order(fault: Fault, atTrade: number | undefined): void {
    checkFault(fault);
    if (atTrade === undefined) return this.#apply(fault);
    this.#atTrade.push({ trade: atTrade, fault });
    this.#atTrade.sort((a, b) => a.trade - b.trade);
    this.#nextTrade = this.#atTrade[0].trade;
  }

  /** Carries out what is due before the trade with this ordinal is sent. */
  reachTrade(trade: number): void {
    const due = this.#atTrade.filter((waiting) => waiting.trade <= trade);
    this.#atTrade = this.#atTrade.slice(due.length);
    this.#nextTrade = this.#atTrade.at(0)?.trade ?? Infinity;
    for (const { fault } of due) this.#apply(fault);
  }

  /** Forgets whatever was ordered; nothing is left that waits for the clock. */
  close(): void {
    for (const timer of this.#healTimers) timer.cancel();
    this.#healTimers.clear();
  }

  /** Ends whatever lasts, and forgets whatever waits. */
  heal(): void {
    this.#atTrade = [];
    this.#nextTrade = Infinity;
    this.#admission = [];
    this.#rest = [];
    for (const connection of this.#connections()) connection.heal();
  }

  takeRest(endpoint: string): RestFault | undefined {
    return take(this.#rest, ({ endpoint: only }) => only === undefined || only === endpoint);
  }

  refuseConnection(): number | undefined {
    const fault = take(this.#admission, ({ kind }) => kind === "refuseConnection");
    return fault?.kind === "refuseConnection" ? (fault.status ?? 503) : undefined;
  }

  refuseSubscription(): SubscriptionRefusal | undefined {
    const fault = take(this.#admission, ({ kind }) => kind !== "refuseConnection");
    if (fault?.kind === "ignoreSubscription") return "unanswered";
    if (fault?.kind !== "refuseSubscription") return undefined;
    return { code: fault.code ?? 2, message: fault.message ?? "Invalid request: subscription refused" };
  }

  #apply(fault: Fault): void {
    switch (fault.kind) {
      case "refuseConnection":
      case "refuseSubscription":
      case "ignoreSubscription":
        this.#admission.push({ fault, left: fault.times ?? 1 });
        break;
      case "restStatus":
      case "restSlow":
      case "restStale":
      case "restCut":
        this.#rest.push({ fault, left: fault.times ?? 1 });
        break;
      default:
        for (const connection of this.#connections()) this.#applyTo(connection, fault);
    }
  }

  #applyTo(connection: ClientConnection, fault: MessageFault | ConnectionFault): void {
    switch (fault.kind) {
      case "drop":
        connection.drop();
        break;
      case "close":
        connection.close(fault.code, fault.reason ?? "");
        break;
      case "expire":
        connection.close(GOING_AWAY, "24 hours are over");
        break;
      case "shutdownNotice":
        connection.reply(shutdownNotice(connection.isCombined, Math.floor(this.#clock.now())));
        break;
      case "mute":
      case "freeze":
        if (fault.kind === "mute") connection.mute();
        else connection.freeze();
        if (fault.forMs !== undefined) this.#healAfter(connection, fault.forMs);
        break;
      default:
        connection
          .messageFaults(() => new MessageFaults(connection, { clock: this.#clock, random: this.#random }))
          .add(fault);
    }
  }

  #healAfter(connection: ClientConnection, ms: number): void {
    const timer = this.#clock.setTimer(() => {
      this.#healTimers.delete(timer);
      connection.heal();
    }, ms);
    this.#healTimers.add(timer);
  }
}

function shutdownNotice(isCombined: boolean, time: number): string {
  const notice = `{"e":"serverShutdown","E":${time}}`;
  return isCombined ? `{"stream":"!serverShutdown","data":${notice}}` : notice;
}

function take<SomeFault>(
  waiting: Counted<SomeFault>[],
  fits: (fault: SomeFault) => boolean,
): SomeFault | undefined {
  const at = waiting.findIndex(({ fault }) => fits(fault));
  if (at < 0) return undefined;
  const entry = waiting[at];
  if (--entry.left === 0) waiting.splice(at, 1);
  return entry.fault;
}
