import { setImmediate } from "node:timers/promises";
import { FrameStore } from "../../src/realtime/frames/frame-store.ts";
import { GrowingSeries } from "./growing-series.ts";

/** Builds and drops 50,000 frames, each of another version, and prints the resident memory in MB ten times on the way. */
const FRAMES = 50_000;
const growing = new GrowingSeries({ keepBars: 100 }).grow(100);
const store = new FrameStore();

for (let i = 1; i <= FRAMES; i++) {
  growing.grow(1);
  store.frame(growing.series);
  // Frames are freed only when the event loop turns.
  if (i % 4 === 0) await setImmediate();
  if (i % (FRAMES / 10) === 0) console.log(Math.round(process.memoryUsage.rss() / 2 ** 20));
}
