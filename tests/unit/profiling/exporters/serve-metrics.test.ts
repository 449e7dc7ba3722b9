import { once } from "node:events";
import { request, type RequestOptions } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseEvents, parseReport, serveMetrics, type MetricsOptions, type MetricsServer } from "../../../../src/profiling/index.ts"; // prettier-ignore
import { ContendedLock } from "./contended-lock.ts";

const TOKEN = "0123456789abcdef";

async function served(options?: MetricsOptions): Promise<{ scene: ContendedLock; server: MetricsServer }> {
  const scene = new ContendedLock("frames");
  await scene.useAll();
  const server = await serveMetrics(scene.profiler, options);
  onTestFinished(() => server.close());
  return { scene, server };
}

/** With headers that `fetch` does not let one set. */
async function ask({ port }: MetricsServer, options: RequestOptions = {}) {
  const asking = request({ host: "127.0.0.1", port, path: "/metrics", agent: false, ...options }).end();
  const [response] = await once(asking, "response");
  return { status: response.statusCode as number, headers: response.headers, body: await text(response) };
}

describe("serveMetrics", () => {
  it("serves the report, the events and the metrics, on loopback", async () => {
    const { scene, server } = await served();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const get = async (path: string) => (await fetch(`${server.url}${path}`)).text();
    const { locks } = parseReport(await get("/profile.json"));
    expect(locks).toEqual(scene.profiler.snapshot());
    expect(parseEvents(await get("/events.json"))).toEqual(scene.profiler.events());
    expect(await get("/metrics")).toContain('tickframe_lock_refused_total{lock="frames",mode="read"} 1\n');
  });

  it("says what is there where something else is asked for", async () => {
    const { server } = await served();
    expect(await ask(server, { path: "/" })).toMatchObject({
      status: 404,
      body: "/ is not here: /metrics, /profile.json and /events.json are\n",
    });
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("does not serve %s", async (method) => {
    const { server } = await served();
    expect(await ask(server, { method })).toMatchObject({ status: 405, headers: { allow: "GET" } });
  });

  it.each([
    ["localhost:80", 200],
    ["LOCALHOST", 200],
    ["[::1]:9000", 200],
    ["bot.internal:9000", 200],
    ["evil.example", 421],
    ["127.0.0.1.evil.example:80", 421],
  ])("answers a request for host %j with %d", async (host, status) => {
    const { server } = await served({ allowedHosts: ["Bot.internal"] });
    const answer = await ask(server, { headers: { host } });
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.body).not.toContain("tickframe_lock_");
  });

  it("wants the token it was given", async () => {
    const { server } = await served({ token: TOKEN });
    const statusWith = async (headers: Record<string, string>) => (await ask(server, { headers })).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ authorization: `Bearer ${TOKEN}0` })).toBe(401);
    expect(await statusWith({ authorization: TOKEN })).toBe(401);
    expect(await statusWith({ authorization: `Bearer ${TOKEN}` })).toBe(200);
  });

  it.each(["0.0.0.0", "::", "192.168.1.5", "bot.internal", ""])(
    "refuses to listen on host %j without a token",
    async (host) => {
      const { profiler } = new ContendedLock("frames");
      await expect(serveMetrics(profiler, { host })).rejects.toThrow(
        `host "${host}" is open to other machines, which needs a token`,
      );
    },
  );

  it("listens on every address with a token, and wants it", async () => {
    const { server } = await served({ host: "0.0.0.0", token: TOKEN });
    expect((await ask(server)).status).toBe(401);
  });

  it("refuses a token that is short", async () => {
    const { profiler } = new ContendedLock("frames");
    await expect(serveMetrics(profiler, { token: "secret" })).rejects.toThrow(
      "token must have at least 16 characters, had 6",
    );
  });

  it("rejects where the port is taken", async () => {
    const { scene, server } = await served();
    await expect(serveMetrics(scene.profiler, { port: server.port })).rejects.toThrow("EADDRINUSE");
  });

  it("tells whoever asks when a report cannot be made, and goes on", async () => {
    let isBroken = true;
    const { profiler } = new ContendedLock("frames");
    const report = () => {
      if (isBroken) throw new Error("no report");
      return profiler.report();
    };
    await using server = await serveMetrics({ report, events: () => [] });
    expect(await ask(server)).toMatchObject({ status: 500, body: "no report\n" });
    isBroken = false;
    expect((await ask(server)).status).toBe(200);
  });

  it("closes connections that are open, and may be closed twice", async () => {
    const { server } = await served();
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    // Half a request: it waits for the rest.
    socket.write("GET /metrics HTTP/1.1\r\n");
    // How the connection ends is the system's affair: by an end or by a reset.
    const closed = new Promise<void>((resolve) =>
      socket.on("error", () => {}).once("close", () => resolve()),
    );
    await server.close();
    await closed;
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
