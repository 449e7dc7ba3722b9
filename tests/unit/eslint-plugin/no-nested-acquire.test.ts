import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { inScene, javascript, typed } from "./rule-testers.ts";

const rule = lockRules.rules["no-nested-acquire"];
const LOCKS = `import { AsyncRWLock, LockManager } from "tickframe/locks"; const a = new AsyncRWLock(); const b = new AsyncRWLock(); const keyed = new LockManager();`;

javascript.run("no-nested-acquire", rule, {
  valid: [
    {
      name: "one after the other",
      code: `${LOCKS} await a.withWrite(() => set()); await b.withWrite(() => set());`,
    },
    {
      name: "a try inside",
      code: `${LOCKS} await a.withWrite(() => { const g = b.tryAcquireWrite(); g?.release(); });`,
    },
    {
      name: "one that nobody waits for",
      code: `${LOCKS} await a.withWrite(() => { void b.withWrite(() => set()); });`,
    },
    {
      name: "several keys at once",
      code: `${LOCKS} await keyed.withAll([{ key: "x", mode: "write" }, { key: "y", mode: "read" }], () => set());`,
    },
    {
      name: "a read inside a write, which another rule tells",
      code: `${LOCKS} await a.withWrite(() => a.withRead(() => get()));`,
    },
    {
      name: "after the release",
      code: `${LOCKS} const g = await a.acquireRead(); try { get(); } finally { g.release(); } await b.withRead(() => get());`,
    },
    {
      name: "one that is asked for in time and awaited after the release",
      code: `${LOCKS} const g = await a.acquireRead(); const next = b.acquireRead(); g.release(); const h = await next; h.release();`,
    },
    {
      name: "after the release of a branch",
      code: `${LOCKS} async function f(x) { const g = await a.acquireRead(); if (x) { g.release(); return b.withRead(() => get()); } g.release(); }`,
    },
    {
      name: "different locks, where they are allowed",
      code: `${LOCKS} await a.withWrite(() => b.withRead(() => get()));`,
      options: [{ allowDifferent: true }],
    },
    {
      name: "a listener that comes later",
      code: `${LOCKS} await a.withWrite(() => { source.on("x", async () => { await b.withRead(() => get()); }); });`,
    },
    {
      name: "a repository with acquireRead",
      code: `import { pool } from "./pool.js"; ${LOCKS} await a.withWrite(async () => { await pool.acquireRead(); });`,
    },
  ],
  invalid: [
    {
      name: "another lock",
      code: `${LOCKS}\nawait a.withWrite(async () => {\n  await b.withWrite(() => set());\n});`,
      errors: [
        {
          message:
            "`b.withWrite` is awaited while `a` (line 2) is held: a task that takes them the other way round would wait for this one, and this one for it. Take one after the other, or several keys at once with `LockManager.withAll`.",
          line: 3,
        },
      ],
    },
    {
      name: "the same lock, for read",
      code: `${LOCKS} await a.withRead(() => a.withRead(() => get()));`,
      errors: [{ messageId: "itself" }],
    },
    {
      name: "the same lock, where different ones are allowed",
      code: `${LOCKS} await a.withRead(async () => { await a.withWrite(() => set()); });`,
      options: [{ allowDifferent: true }],
      errors: [{ messageId: "itself" }],
    },
    {
      name: "two keys",
      code: `${LOCKS} await keyed.withWrite("x", () => keyed.withWrite("y", () => set()));`,
      errors: [{ messageId: "nested" }],
    },
    {
      name: "two guards",
      code: `${LOCKS} const g = await a.acquireWrite(); try { const h = await b.acquireWrite(); try { set(); } finally { h.release(); } } finally { g.release(); }`,
      errors: [{ messageId: "nested" }],
    },
    {
      name: "three functions away",
      code: `${LOCKS}
        async function one() { await two(); } async function two() { await three(); } const three = () => b.withRead(() => get());
        await a.withRead(async () => { await one(); });`,
      errors: [{ messageId: "nested", line: 3 }],
    },
    {
      name: "for each element",
      code: `${LOCKS} await a.withRead(async () => { await Promise.all(ids.map((id) => keyed.withRead(id, () => get(id)))); });`,
      errors: [{ messageId: "nested" }],
    },
    {
      name: "with using",
      code: `${LOCKS} { using g = await a.acquireRead();\nawait b.withRead(() => get()); } await b.withRead(() => get());`,
      errors: [{ messageId: "nested", line: 2 }],
    },
  ],
});

typed.run("no-nested-acquire, by types", rule, {
  valid: [],
  invalid: inScene([
    {
      name: "the frames of a manager under a lock of one's own",
      code: `import type { AsyncRWLock, RealtimeDataManager } from "tickframe";
        export async function f(manager: RealtimeDataManager, lock: AsyncRWLock) {
          await manager.withRead("BTCUSDT", async () => { await lock.withWrite(() => 1); }); }`,
      errors: [{ messageId: "nested" }],
    },
  ]),
});
