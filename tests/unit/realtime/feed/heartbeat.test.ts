import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { DataRhythm } from "../../../../src/realtime/feed/data-rhythm.ts";
import { Heartbeat, TICK_MS } from "../../../../src/realtime/feed/heartbeat.ts";
import { Traffic } from "../../../../src/realtime/feed/traffic.ts";
import { advance } from "./advance.ts";

interface Scene {
  readonly answersPings?: boolean;
  readonly staleAfterMs?: number;
  readonly deadAfterMs?: number;
}

function watch({ answersPings = true, staleAfterMs, deadAfterMs = 25_000 }: Scene = {}) {
  const clock = new VirtualClock();
  const traffic = new Traffic();
  const told: string[] = [];
  const at = (what: string): void => void told.push(`${what} at ${clock.now()}`);
  const rhythm = new DataRhythm(staleAfterMs, TICK_MS);
  const begin = (): Heartbeat => {
    const heartbeat = new Heartbeat(
      { deadAfterMs, probeAfterMs: 10_000, pongTimeoutMs: 5_000 },
      {
        ping: () => {
          at("ping");
          if (answersPings) traffic.pongs++;
        },
        onStale: (silentMs) => at(`stale for ${silentMs}`),
        onDead: (why) => at(`dead: ${why}`),
      },
      { clock, traffic, rhythm },
    );
    heartbeat.start();
    return heartbeat;
  };
  /** One message in each tick. */
  const flow = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) {
      traffic.messages++;
      traffic.events++;
      await advance(clock, TICK_MS);
    }
  };
  return { clock, traffic, told, begin, flow };
}

describe("Heartbeat", () => {
  it("finds a line that answers nothing: it asks by a ping, tells that it is stale, then that it is dead", async () => {
    const { clock, told, begin } = watch({ answersPings: false });
    begin();
    await advance(clock, 60_000);
    expect(told).toEqual([
      "ping at 10000",
      "stale for 12500 at 12500",
      "dead: no pong within 5000 ms at 15000",
    ]);
  });

  it("finds a line that only answers pings, where the venue should send of its own accord", async () => {
    const { clock, told, begin } = watch();
    begin();
    await advance(clock, 60_000);
    expect(told).toEqual([
      "ping at 10000",
      "ping at 20250",
      "dead: no message and no ping for 25000 ms at 25000",
    ]);
  });

  it("leaves a quiet market alone as long as the venue sends its pings", async () => {
    const { clock, traffic, told, begin } = watch();
    const heartbeat = begin();
    for (let i = 0; i < 30; i++) {
      await advance(clock, 20_000);
      traffic.pings++;
    }
    expect(told.filter((what) => !what.startsWith("ping"))).toEqual([]);
    heartbeat.stop();
  });

  it("finds within three seconds that a busy stream went mute though pings are answered and sent", async () => {
    const { clock, traffic, told, begin, flow } = watch();
    begin();
    await flow(20_000);
    for (let i = 0; i < 20; i++) {
      traffic.pings++;
      await advance(clock, TICK_MS);
    }
    expect(told).toEqual([
      "stale for 1500 at 21500",
      "ping at 21500",
      "dead: no market data for 3000 ms though data used to flow at 23000",
    ]);
  });

  it("does not take the wait for the first data of a connection for a pause of the stream", async () => {
    const { clock, told, begin, flow } = watch();
    begin();
    await advance(clock, 9_000);
    await flow(15_000);
    await advance(clock, 3_000);
    expect(told.at(0)).toBe("stale for 1500 at 25500");
  });

  it("is patient with a stream that makes pauses, until it made none for twenty minutes", async () => {
    const { clock, told, begin, flow } = watch();
    const heartbeat = begin();
    await flow(15_000);
    await advance(clock, 1_250);
    await flow(15_000);
    await advance(clock, 5_000);
    expect(told).toEqual([]);
    await flow(1_200_000);
    await advance(clock, 1_500);
    expect(told.at(0)).toMatch(/^stale for 1500 at /);
    heartbeat.stop();
  });

  it("tells each silence once, and the next one again", async () => {
    const { clock, told, begin, flow } = watch({ staleAfterMs: 2_000 });
    const heartbeat = begin();
    for (let i = 0; i < 2; i++) {
      await flow(5_000);
      await advance(clock, 3_000);
    }
    await flow(1_000);
    expect(told.filter((what) => what.startsWith("stale"))).toEqual([
      "stale for 2000 at 7000",
      "stale for 2000 at 15000",
    ]);
    heartbeat.stop();
  });

  it("finds a connection that is mute from its start when data used to flow on the one before", async () => {
    const { clock, told, begin, flow } = watch({ staleAfterMs: 2_000 });
    const first = begin();
    await flow(1_000);
    first.stop();
    begin();
    await advance(clock, 10_000);
    expect(told.at(-1)).toBe("dead: no market data for 4000 ms though data used to flow at 5000");
    begin();
    await advance(clock, 20_000);
    expect(told.at(-1)).toBe("dead: no market data for 8000 ms though data used to flow at 19000");
  });

  it("takes a blocked event loop for one tick, however long it was blocked", async () => {
    const { clock, told, begin, flow } = watch({ staleAfterMs: 2_000 });
    const heartbeat = begin();
    await flow(5_000);
    clock.advanceBy(3_600_000);
    await flow(5_000);
    expect(told).toEqual([]);
    heartbeat.stop();
  });

  it("asks before half of what the venue allows is over", async () => {
    const { clock, told, begin } = watch({ deadAfterMs: 4_000 });
    begin();
    await advance(clock, 3_000);
    expect(told).toEqual(["ping at 2000"]);
  });

  it("is proven by data and ten seconds, not by one of them", async () => {
    const quiet = watch();
    const quietHeartbeat = quiet.begin();
    await advance(quiet.clock, 20_000);
    expect(quietHeartbeat.isProven).toBe(false);
    quietHeartbeat.stop();
    const busy = watch();
    const heartbeat = busy.begin();
    await busy.flow(9_750);
    expect(heartbeat.isProven).toBe(false);
    await busy.flow(250);
    expect(heartbeat.isProven).toBe(true);
    heartbeat.stop();
  });

  it("tells nothing after it was stopped", async () => {
    const { clock, told, begin } = watch({ answersPings: false });
    begin().stop();
    await advance(clock, 60_000);
    expect(told).toEqual([]);
  });
});
