import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { VirtualClock, systemClock, type Clock } from "../../../../../../src/clock.ts";
import { UnknownSymbolError, VenueConnectionError } from "../../../../../../src/errors.ts";
import { BinanceHttp } from "../../../../../../src/realtime/feed/venues/binance/binance-http.ts";
import type { BinanceRestOptions } from "../../../../../../src/realtime/feed/venues/binance/binance-rest-options.ts";
import { RestServer, sendJson } from "../../../../../support/rest-server.ts";

const REQUEST = {
  path: "/api/v3/klines",
  params: { symbol: "NOPEUSDT", limit: 5, endTime: undefined },
  weight: 2,
};
const QUICK: BinanceRestOptions = { firstDelayMs: 1, maxDelayMs: 50, timeoutMs: 2_000 };

const createHttp = (baseUrl: string, options = QUICK, clock: Clock = systemClock, weightPerMinute = 6_000) =>
  new BinanceHttp({ id: "binance", baseUrl, weightPerMinute }, options, { clock, random: () => 0.5 });

/** Answers with each of `answers` in turn, then with the last again. */
function inTurn(...answers: readonly ((response: ServerResponse) => void)[]) {
  let next = 0;
  return (_: URL, response: ServerResponse): void => answers[Math.min(next++, answers.length - 1)](response);
}

const ok = (response: ServerResponse) => sendJson(response, [1]);
const status =
  (code: number, headers: Record<string, string> = {}, body: unknown = {}) =>
  (response: ServerResponse) =>
    sendJson(response, body, code, headers);

/** A clock that runs every wait at once, and remembers how long each was. */
function hastyClock() {
  const waits: number[] = [];
  let nowMs = 1_700_000_000_000;
  const clock: Clock = {
    now: () => nowMs,
    setTimer(run, delayMs) {
      // Time limits are longer than any wait of these tests; they never fire.
      if (delayMs > 100_000) return { cancel() {} };
      const handle = setImmediate(() => {
        waits.push(delayMs);
        nowMs += delayMs;
        run();
      });
      return { cancel: () => clearImmediate(handle) };
    },
  };
  return { clock, waits };
}
const PATIENT: BinanceRestOptions = { timeoutMs: 1_000_000, maxDelayMs: 60_000 };

describe("BinanceHttp", () => {
  it("sends the parameters that are given and gives back the parsed body", async () => {
    await using server = await RestServer.start(inTurn(ok));
    expect(await createHttp(server.address).get(REQUEST)).toEqual([1]);
    expect(server.asked[0].search).toBe("?symbol=NOPEUSDT&limit=5");
  });

  it("throws UnknownSymbolError where the venue does not know the symbol, without asking again", async () => {
    await using server = await RestServer.start(
      inTurn(status(400, {}, { code: -1121, msg: "Invalid symbol." })),
    );
    const asking = createHttp(server.address).get(REQUEST);
    await expect(asking).rejects.toThrow(UnknownSymbolError);
    await expect(asking).rejects.toThrow('unknown symbol "NOPEUSDT" at binance');
    expect(server.asked).toHaveLength(1);
  });

  it.each([400, 403, 404, 451, 302])(
    "throws what the venue said at HTTP %d, without asking again",
    async (code) => {
      const answer = status(code, { location: "/elsewhere" }, { code: -1100, msg: "Illegal characters." });
      await using server = await RestServer.start(inTurn(answer));
      await expect(createHttp(server.address).get(REQUEST)).rejects.toMatchObject({
        name: "VenueRequestError",
        status: code,
        message: `binance refused /api/v3/klines: Illegal characters. (HTTP ${code}, code -1100)`,
      });
      expect(server.asked).toHaveLength(1);
    },
  );

  it.each([500, 502, 503, 504, 408])("asks again after HTTP %d", async (code) => {
    await using server = await RestServer.start(inTurn(status(code), status(code), ok));
    expect(await createHttp(server.address).get(REQUEST)).toEqual([1]);
    expect(server.asked).toHaveLength(3);
  });

  it("asks again after a lost connection, and after a body that is no JSON or cut short", async () => {
    const cut = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("[1,");
      setImmediate(() => response.destroy());
    };
    const noJson = (response: ServerResponse) => void response.end("<html>");
    const lost = (response: ServerResponse) => void response.destroy();
    await using server = await RestServer.start(inTurn(lost, cut, noJson, ok));
    expect(await createHttp(server.address).get(REQUEST)).toEqual([1]);
    expect(server.asked).toHaveLength(4);
  });

  it("gives up after the retries it was allowed, with the last failure", async () => {
    await using server = await RestServer.start(inTurn(status(503)));
    const asking = createHttp(server.address, { ...QUICK, retries: 2 }).get(REQUEST);
    await expect(asking).rejects.toMatchObject({ code: "VENUE_REQUEST", status: 503 });
    expect(server.asked).toHaveLength(3);
  });

  it("names the address and the reason, and keeps the cause, where nobody listens", async () => {
    const server = await RestServer.start(inTurn(ok));
    await server[Symbol.asyncDispose]();
    const asking = createHttp(server.address, { ...QUICK, retries: 0 }).get(REQUEST);
    await expect(asking).rejects.toThrow(VenueConnectionError);
    await expect(asking).rejects.toMatchObject({
      message: expect.stringContaining(
        `binance at ${server.address}/api/v3/klines could not be reached: connect ECONNREFUSED`,
      ),
      cause: expect.any(Error),
    });
  });

  it("waits longer with each retry, by chance below a ceiling that doubles", async () => {
    await using server = await RestServer.start(inTurn(status(500)));
    const { clock, waits } = hastyClock();
    await expect(createHttp(server.address, PATIENT, clock).get(REQUEST)).rejects.toThrow("HTTP 500");
    expect(waits).toEqual([125, 250, 500, 1_000]);
  });

  it("waits as long as the venue asks", async () => {
    await using server = await RestServer.start(inTurn(status(429, { "retry-after": "7" }), ok));
    const { clock, waits } = hastyClock();
    await createHttp(server.address, PATIENT, clock).get(REQUEST);
    expect(waits).toEqual([7_000]);
  });

  it("does not rush where the venue asks for no wait at all", async () => {
    await using server = await RestServer.start(inTurn(status(429, { "retry-after": "0" }), ok));
    const { clock, waits } = hastyClock();
    await createHttp(server.address, PATIENT, clock).get(REQUEST);
    expect(waits).toEqual([125]);
  });

  it("does not believe a wait without end", async () => {
    await using server = await RestServer.start(inTurn(status(418, { "retry-after": "Infinity" })));
    const asking = createHttp(server.address).get(REQUEST);
    await expect(asking).rejects.toThrow("it asks to wait 259200000 ms");
  });

  it("fails at once where the venue asks for a longer wait than allowed, and asks nothing until then", async () => {
    const ban = status(
      418,
      { "retry-after": "120" },
      { code: -1003, msg: "Way too much request weight used." },
    );
    await using server = await RestServer.start(inTurn(ban, ok));
    const clock = new VirtualClock(1_700_000_000_000);
    const http = createHttp(server.address, { maxDelayMs: 60_000 }, clock);
    await expect(http.get(REQUEST)).rejects.toThrow(
      "binance refused /api/v3/klines: Way too much request weight used. (HTTP 418, code -1003); it asks to wait 120000 ms",
    );
    clock.advanceBy(20_000);
    await expect(http.get(REQUEST)).rejects.toThrow("binance takes no requests for another 100000 ms");
    expect(server.asked).toHaveLength(1);
    clock.advanceBy(100_000);
    expect(await http.get(REQUEST)).toEqual([1]);
  });

  it("waits for the next minute when the weight of this one is spent", async () => {
    await using server = await RestServer.start((_, response) =>
      sendJson(response, [1], 200, { "x-mbx-used-weight-1m": "90" }),
    );
    const { clock, waits } = hastyClock();
    const http = createHttp(server.address, PATIENT, clock, 100);
    await http.get(REQUEST);
    expect(waits).toEqual([]);
    await http.get(REQUEST);
    expect(waits).toEqual([60_000 - (1_700_000_000_000 % 60_000)]);
  });

  it("gives up on an answer that takes too long, head or body", async () => {
    for (const answer of [() => {}, (response: ServerResponse) => void response.write("[1,")]) {
      await using server = await RestServer.start(inTurn(answer));
      const asking = createHttp(server.address, { ...QUICK, timeoutMs: 30, retries: 0 }).get(REQUEST);
      await expect(asking).rejects.toThrow(
        `binance at ${server.address}/api/v3/klines did not answer within 30 ms`,
      );
    }
  });

  it("stops reading a body without end", async () => {
    await using server = await RestServer.start((_, response) => {
      const chunk = "1".repeat(1_048_576);
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", write);
      write();
    });
    const asking = createHttp(server.address, { ...QUICK, timeoutMs: 20_000, retries: 0 }).get(REQUEST);
    await expect(asking).rejects.toThrow("answered more than 8388608 bytes");
  });

  it("takes a deeply nested body for broken", async () => {
    await using server = await RestServer.start((_, response) => void response.end("[".repeat(100_000)));
    const asking = createHttp(server.address, { ...QUICK, retries: 0 }).get(REQUEST);
    await expect(asking).rejects.toThrow("answered what is not JSON, or cut short");
  });

  it("keeps no more requests under way at once than allowed", async () => {
    let underWay = 0;
    let most = 0;
    await using server = await RestServer.start((_, response) => {
      most = Math.max(most, ++underWay);
      setImmediate(() => {
        underWay--;
        ok(response);
      });
    });
    const http = createHttp(server.address, { ...QUICK, concurrency: 2 });
    await Promise.all(Array.from({ length: 12 }, () => http.get(REQUEST)));
    expect(server.asked).toHaveLength(12);
    expect(most).toBeLessThanOrEqual(2);
  });

  it("rejects with the signal's reason: before, while it waits for its place, and on its way", async () => {
    const reason = new Error("no longer wanted");
    let markAsked = (): void => {};
    const asked = new Promise<void>((resolve) => (markAsked = resolve));
    await using server = await RestServer.start(() => markAsked());
    const http = createHttp(server.address, { ...QUICK, concurrency: 1 });
    await expect(http.get(REQUEST, AbortSignal.abort(reason))).rejects.toBe(reason);

    const first = new AbortController();
    const second = new AbortController();
    const onItsWay = http.get(REQUEST, first.signal);
    const queued = http.get(REQUEST, second.signal);
    await asked;
    second.abort(reason);
    await expect(queued).rejects.toBe(reason);
    first.abort(reason);
    await expect(onItsWay).rejects.toBe(reason);
    expect(server.asked).toHaveLength(1);
  });

  it("rejects with the signal's reason while it waits to try again", async () => {
    const reason = new Error("no longer wanted");
    const controller = new AbortController();
    await using server = await RestServer.start((_, response) => {
      status(503)(response);
      response.on("close", () => controller.abort(reason));
    });
    const http = createHttp(server.address, { firstDelayMs: 30_000, maxDelayMs: 30_000 });
    await expect(http.get(REQUEST, controller.signal)).rejects.toBe(reason);
  });

  it.each([
    [{ timeoutMs: 0 }, "timeoutMs must be above 0 and at most 2147483647, was 0"],
    [{ retries: -1 }, "retries must be a whole number from 0, was -1"],
    [{ firstDelayMs: 0 }, "firstDelayMs must be above 0, was 0"],
    [{ firstDelayMs: 10, maxDelayMs: 5 }, "maxDelayMs must be from firstDelayMs (10) to 2147483647, was 5"],
    [{ concurrency: 0 }, "concurrency must be a whole number above 0, was 0"],
  ])("refuses the options %j", (options, message) => {
    expect(() => createHttp("http://127.0.0.1:1", options)).toThrow(new RangeError(message));
  });
});
