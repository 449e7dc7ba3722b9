import { setTimeout as sleep } from "node:timers/promises";
import { RealtimeDataManager, type Bar, type ManagerOptions } from "../index.ts";
import { rowOfBar } from "./bar-rows.ts";
import { FrameReaders } from "./frame-readers.ts";
import { MarketSampler } from "./market-sample.ts";
import { MarketView, type MarketViewOptions } from "./market-view.ts";
import { printJson } from "./output.ts";
import { onTrouble } from "./trouble.ts";

export interface WatchOptions extends MarketViewOptions {
  /** Tasks that read frames meanwhile. */
  readonly readers: number;
  readonly manager: ManagerOptions;
}

/** What is left to report when a session was watched. */
export interface WatchedSession {
  /** Closed; its figures and frames can still be read. */
  readonly manager: RealtimeDataManager;
  readonly readers: FrameReaders;
  /** Bars that were built of trades and closed, all symbols and timeframes together; not those of the past. */
  readonly closedBars: number;
  /** When trades flowed for the first time, and at the end. */
  readonly heapBytes: { readonly start: number; readonly end: number };
}

/** Opens a manager, reads its frames from several tasks, and shows it all until the time is over or `signal` aborts. */
export async function watch(options: WatchOptions, signal: AbortSignal): Promise<WatchedSession> {
  const { json, seconds } = options;
  let view!: MarketView;
  let sampler!: MarketSampler;
  const manager = await RealtimeDataManager.open({
    ...options.manager,
    signal,
    onOpening: (opening) => {
      sampler = new MarketSampler(opening);
      view = new MarketView(options, sampler);
      onTrouble(opening, view.tell);
      if (json) tellBars(opening);
    },
  });
  const start = process.memoryUsage().heapUsed;
  const readers = new FrameReaders(manager, { readers: options.readers });
  try {
    view.start(readers);
    await Promise.race([untilOver(seconds, signal), readers.stopped]);
  } finally {
    view.stop();
    try {
      await readers.stop();
    } finally {
      await manager.close();
    }
  }
  return {
    manager,
    readers,
    closedBars: sampler.closedBars,
    heapBytes: { start, end: process.memoryUsage().heapUsed },
  };
}

function tellBars(manager: RealtimeDataManager): void {
  const tellBar = (bar: Bar): void =>
    void printJson({ type: "bar", ...rowOfBar(manager.venue, bar), revision: bar.revision });
  manager.on("barClosed", tellBar);
  manager.on("barUpdated", (bar) => {
    if (bar.isClosed) tellBar(bar);
  });
}

/** Days, when only the user ends it: the longest that a timer takes. */
const LONGEST_SECONDS = 2_147_483;

async function untilOver(seconds = LONGEST_SECONDS, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(seconds, LONGEST_SECONDS) * 1_000, undefined, { signal }).catch(() => {});
}
