/**
 * What does a trade cost, from the socket to its bars? One server on loopback sends the same Binance trades of 20 symbols
 * to one client after the other, each in a process of its own; CPU time is the client's whole process, after a warm-up.
 * Each client shows that it got every trade, and tickframe that its bars equal those counted independently. The last column
 * but one says by how much a trade makes the heap grow, garbage included.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment, formatNs, formatRatio, markdownTable, median } from "../harness.ts";
import { TOTAL_TRADES } from "./trade-cost/market.ts";
import type { ClientResult } from "./trade-cost/client.ts";
import type { SendOrder, ServerNotice } from "./trade-cost/server.ts";

interface Candidate {
  readonly file: string;
  readonly name: string;
  /** @defaultValue all */
  readonly trades?: number;
}

const REFERENCE = "json-parse";
const CANDIDATES: readonly Candidate[] = [
  { file: "count-frames", name: "ws alone, frames counted" },
  { file: REFERENCE, name: "ws + JSON.parse" },
  { file: "json-parse-lean", name: "ws without its UTF-8 check + JSON.parse" },
  { file: "tickframe", name: "tickframe, bars of 1m 5m 1h" },
  { file: "tickframe-ticks", name: "tickframe, bars of 1m 5m 1h, tick listener" },
  // Slow enough that fewer trades tell as much.
  { file: "tardis", name: "tardis-dev, trades and bars of 1m 5m 1h", trades: 300_000 },
  { file: "ccxt", name: "ccxt.pro, trades and bars of 1m 5m 1h", trades: 200_000 },
];
const ROUNDS = 5;
const HERE = join(import.meta.dirname, "trade-cost");

for (const peer of ["tardis-dev", "ccxt"]) {
  if (existsSync(join(import.meta.dirname, "../node_modules", peer))) continue;
  console.error(`${peer} is not installed here: run npm ci --prefix bench`);
  process.exit(2);
}

const server = fork(join(HERE, "server.ts"));
const [{ port }] = (await once(server, "message")) as [Extract<ServerNotice, { kind: "listening" }>];

const results = new Map<string, ClientResult[]>(CANDIDATES.map(({ file }) => [file, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (let i = 0; i < CANDIDATES.length; i++) {
    // Each round starts with another one, so that whatever the machine does falls on all alike.
    const candidate = CANDIDATES[(round + i) % CANDIDATES.length];
    results.get(candidate.file)!.push(await run(candidate));
  }
}
server.disconnect();

const costs = (file: string) => results.get(file)!.map(({ cpuNs }) => cpuNs);
const heapBytes = (file: string) => median(results.get(file)!.map(({ heapBytes: bytes = NaN }) => bytes));
const tickframeCosts = costs("tickframe");
console.log(
  `${environment()}; of one trade, median of ${ROUNDS} interleaved rounds of up to ${TOTAL_TRADES} trades\n`,
);
console.log(
  markdownTable(
    ["client", "CPU time", "lowest", "of ws + JSON.parse", "times tickframe", "heap, bytes", "received"],
    CANDIDATES.map(({ file, name }) => {
      const cpu = costs(file);
      return [
        name,
        formatNs(median(cpu)),
        formatNs(Math.min(...cpu)),
        formatRatio(pairedRatio(cpu, costs(REFERENCE))),
        formatRatio(pairedRatio(cpu, tickframeCosts)),
        shownBytes(heapBytes(file)),
        results.get(file)!.at(-1)!.proof,
      ];
    }),
  ),
);
const own = heapBytes("tickframe") - heapBytes("count-frames");
if (!Number.isNaN(own)) console.log(`\nHeap growth of a trade beyond ws alone: ${own.toFixed(0)} bytes`);

function shownBytes(bytes: number): string {
  return Number.isNaN(bytes) ? "not told by this Node" : bytes.toFixed(0);
}

/** The median of the ratios within each round. */
function pairedRatio(costsNs: readonly number[], base: readonly number[]): number {
  return median(costsNs.map((ns, round) => ns / base[round]));
}

async function run({ file, name, trades = TOTAL_TRADES }: Candidate): Promise<ClientResult> {
  const subscribed = once(server, "message");
  const client = fork(join(HERE, "client.ts"), [file, String(port), String(trades)]);
  const result = resultOf(client, name);
  await Promise.race([subscribed, result]);
  server.send({ trades } satisfies SendOrder);
  return result;
}

async function resultOf(client: ChildProcess, name: string): Promise<ClientResult> {
  let result: ClientResult | undefined;
  client.once("message", (message) => (result = message as ClientResult));
  const [code] = await once(client, "exit");
  if (result === undefined) throw new Error(`the client "${name}" ended with ${code} and no result`);
  return result;
}
