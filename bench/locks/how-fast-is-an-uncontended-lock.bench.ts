/**
 * How fast is a lock that nobody else wants? A section without a promise, an awaited pair of calls, and the form with a
 * function, against the least that each can cost and against the peers. Every section checks that it is alone.
 */
import { AsyncRWLock, NOT_FREE } from "../../src/locks/index.ts";
import {
  type Candidate,
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  type Measurement,
  pairedRatio,
} from "../harness.ts";
import { Exclusion } from "./exclusion.ts";
import { loadLockPeers, loadPeer, tickframe } from "./lock-peers.ts";
import { loopsOf } from "./peer-loops.ts";

const ROUNDS = { rounds: 11, sliceMs: 40 };

const lock = new AsyncRWLock();
const inside = new Exclusion();

const bareCounter: Candidate = {
  name: "floor: bare call",
  run(ops) {
    for (let i = 0; i < ops; i++) {
      inside.enter("read");
      inside.leave("read");
    }
    inside.expect(ops);
  },
};

const tried: Candidate = {
  name: "tryAcquireRead + release",
  run(ops) {
    for (let i = 0; i < ops; i++) {
      const guard = lock.tryAcquireRead();
      if (guard === undefined) throw new Error("the lock was not free");
      inside.enter("read");
      inside.leave("read");
      guard.release();
    }
    inside.expect(ops);
  },
};

const synchronousSection = (): void => {
  inside.enter("read");
  inside.leave("read");
};

const triedBody: Candidate = {
  name: "tryWithRead(sync fn)",
  run(ops) {
    for (let i = 0; i < ops; i++) {
      if (lock.tryWithRead(synchronousSection) === NOT_FREE) throw new Error("the lock was not free");
    }
    inside.expect(ops);
  },
};

const bareAwait: Candidate = {
  name: "floor: await undefined",
  async run(ops) {
    for (let i = 0; i < ops; i++) {
      // oxlint-disable-next-line typescript/await-thenable -- the least an await can cost is the floor
      await undefined;
      inside.enter("read");
      inside.leave("read");
    }
    inside.expect(ops);
  },
};

const acquiredRead: Candidate = {
  name: "acquireRead + release",
  async run(ops) {
    for (let i = 0; i < ops; i++) {
      const guard = await lock.acquireRead();
      inside.enter("read");
      inside.leave("read");
      guard.release();
    }
    inside.expect(ops);
  },
};

const acquiredWrite: Candidate = {
  name: "acquireWrite + release",
  async run(ops) {
    for (let i = 0; i < ops; i++) {
      const guard = await lock.acquireWrite();
      inside.enter("write");
      inside.leave("write");
      guard.release();
    }
    inside.expect(ops);
  },
};

/** The peers whose pairs are the fastest, written as their users write them. */
async function peerPairs(): Promise<readonly Candidate[]> {
  type Release = () => void;
  const { default: Rwlock } = await loadPeer<{
    default: new () => { readLock(granted: (release: Release) => void): void };
  }>("rwlock");
  const { ReaderWriterLock } = await loadPeer<{
    ReaderWriterLock: new () => { read(): Promise<{ release(): void }> };
  }>("prex");
  const { default: Rwmutex } = await loadPeer<{ default: new () => { rlock(): Promise<Release> } }>(
    "rwmutex",
  );
  const { default: AwaitLock } = await loadPeer<{
    default: new () => { acquireAsync(): Promise<void>; release(): void };
  }>("await-lock");
  const rwlock = new Rwlock();
  const prex = new ReaderWriterLock();
  const rwmutex = new Rwmutex();
  const awaitLock = new AwaitLock();
  return [
    {
      name: "rwlock, in a promise",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          const release = await new Promise<Release>((resolve) => rwlock.readLock(resolve));
          inside.enter("read");
          inside.leave("read");
          release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "prex",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          const handle = await prex.read();
          inside.enter("read");
          inside.leave("read");
          handle.release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "rwmutex",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          const release = await rwmutex.rlock();
          inside.enter("read");
          inside.leave("read");
          release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "await-lock (mutex)",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          await awaitLock.acquireAsync();
          inside.enter("write");
          inside.leave("write");
          awaitLock.release();
        }
        inside.expect(ops);
      },
    },
  ];
}

const emptySection = async (): Promise<void> => {
  inside.enter("read");
  inside.leave("read");
};

const bareFunction: Candidate = {
  name: "floor: await fn()",
  async run(ops) {
    for (let i = 0; i < ops; i++) await emptySection();
    inside.expect(ops);
  },
};

function table(measured: readonly Measurement[], targets: Readonly<Record<string, string>>): string {
  const [floor] = measured;
  return markdownTable(
    ["one section", "CPU", "× floor", "target"],
    measured.map((each) => [
      each.name,
      formatNs(each.nsPerOp),
      formatRatio(pairedRatio(each, floor)),
      targets[each.name] ?? "",
    ]),
  );
}

const peers = await loadLockPeers();
const withForms: Candidate[] = [];
for (const peer of peers) {
  const loops = await loopsOf(peer);
  const name = peer === tickframe ? "withRead(async fn)" : `${peer.name}${peer.isMutex ? " (mutex)" : ""}`;
  withForms.push({ name, run: loops.uncontended(peer.create(), "read") });
}

console.log(`CPU time of one uncontended section. ${environment()}\n`);
console.log(
  table(await measure([bareCounter, tried, triedBody], ROUNDS), {
    [tried.name]: "≤ 6 ns + the bare call",
    [triedBody.name]: "≤ 3 ns + the bare call",
  }),
);
const pairs = await measure([bareAwait, acquiredRead, acquiredWrite, ...(await peerPairs())], ROUNDS);
console.log(
  `\n${table(pairs, {
    [acquiredRead.name]: "≤ 1.60 ×, ≤ 0.50 × fastest RW peer",
    [acquiredWrite.name]: "≤ 1.60 ×",
  })}`,
);
const [, ours, , ...others] = pairs;
const fastest = others.slice(0, 3).reduce((best, each) => (each.nsPerOp < best.nsPerOp ? each : best));
console.log(`\nacquireRead is ${formatRatio(pairedRatio(ours, fastest))} ${fastest.name}.\n`);
console.log(table(await measure([bareFunction, ...withForms], ROUNDS), { "withRead(async fn)": "≤ 2.00 ×" }));
