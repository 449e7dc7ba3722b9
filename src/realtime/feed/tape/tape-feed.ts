import { setImmediate as nextTurn } from "node:timers/promises";
import { ClosedError } from "../../../errors.ts";
import type { Decoder, Feed, FeedContext, FeedHealth } from "../feed.ts";
import { WireField } from "../wire-record.ts";
import type { TapeBatch } from "./tape-batch.ts";
import { TapePace } from "./tape-pace.ts";
import { TapeReader } from "./tape-reader.ts";

/** Lines decoded before readers get their turn. */
const BURST_LINES = 256;

/** Reads a tape straight into a decoder. Receive times are the recorded ones, whatever the clock and the speed. */
export class TapeFeed implements Feed {
  readonly ended: Promise<void>;
  readonly #reader: TapeReader;
  readonly #decoder: Decoder;
  readonly #context: FeedContext;
  readonly #pace: TapePace;
  readonly #stop = new AbortController();
  readonly #ending: PromiseWithResolvers<void> = promiseWithResolvers();
  #state: FeedHealth["state"] = "idle";
  #playing: Promise<void> = Promise.resolve();
  #messages = 0;
  #bytes = 0;
  #lastMessageAt: number | undefined = undefined;
  #lastDisconnect: string | undefined = undefined;
  #sinceBurst = 0;
}
