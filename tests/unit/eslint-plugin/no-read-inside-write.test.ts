import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { inScene, typed, untyped } from "./rule-testers.ts";

const rule = lockRules.rules["no-read-inside-write"];
const LOCK = `import { AsyncRWLock, LockManager } from "tickframe/locks"; const lock = new AsyncRWLock(); const locks = new LockManager();`;

untyped.run("no-read-inside-write", rule, {
  valid: [
    {
      name: "one after the other",
      code: `${LOCK} await lock.withWrite(() => set()); await lock.withRead(() => get());`,
    },
    {
      name: "a read inside a read",
      code: `${LOCK} await lock.withRead(async () => { await lock.withRead(() => get()); });`,
    },
    {
      name: "a read of another lock",
      code: `${LOCK} const b = new AsyncRWLock(); await lock.withWrite(() => b.withRead(() => get()));`,
    },
    {
      name: "a read of another key",
      code: `${LOCK} await locks.withWrite("a", () => locks.withRead("b", () => get()));`,
    },
    {
      name: "a read that nobody waits for",
      code: `${LOCK} await lock.withWrite(() => { void lock.withRead(() => get()); });`,
    },
    {
      name: "a read of another object's lock",
      code: `import { AsyncRWLock } from "tickframe"; class Book { lock = new AsyncRWLock();
        take(other: Book) { return this.lock.withWrite(() => other.lock.withRead(() => get())); } }`,
    },
    {
      name: "a read once the guard was downgraded",
      code: `${LOCK} const g = await lock.acquireWrite(); try { g.downgrade(); await lock.withRead(() => get()); } finally { g.release(); }`,
    },
    {
      name: "VersionedCell, which has no lock",
      code: `${LOCK} import { VersionedCell } from "tickframe/locks"; const cell = new VersionedCell(1); await lock.withWrite(() => cell.read());`,
    },
  ],
  invalid: [
    {
      name: "an expression, which is then read without the lock",
      code: `${LOCK}\nawait lock.withWrite(async () => { set(await lock.withRead(() => get())); });`,
      output: `${LOCK}\nawait lock.withWrite(async () => { set(await (get())); });`,
      errors: [
        {
          message:
            "`withRead` waits for `lock` (line 2), which is held for write here: it waits for itself. Whoever may write may read: read without it.",
        },
      ],
    },
    {
      name: "a block, which is then run in place",
      code: `${LOCK} await lock.withWrite(async () => { await lock.withRead(async () => { use(await get()); }, { timeoutMs: 5 }); });`,
      output: `${LOCK} await lock.withWrite(async () => { await (async () => { use(await get()); })(); });`,
      errors: [{ messageId: "waits" }],
    },
    {
      name: "the same key, without a fix where it is returned",
      code: `${LOCK} const save = (id: string) => locks.withWrite(id, () => locks.withRead(id, () => get()));`,
      output: null,
      errors: [{ messageId: "waits" }],
    },
    {
      name: "a method of the class",
      code: `import { AsyncRWLock } from "tickframe"; class Book { #lock = new AsyncRWLock();
        get() { return this.#lock.withRead(() => 1); }
        async set() { await this.#lock.withWrite(async () => { await this.get(); }); } }`,
      output: null,
      errors: [{ messageId: "waits", line: 3 }],
    },
    {
      name: "by another name",
      code: `import { AsyncRWLock } from "tickframe"; class Book { #lock = new AsyncRWLock();
        async set() { const lock = this.#lock; using g = await lock.acquireWrite(); await this.#lock.withRead(() => 1); } }`,
      output: `import { AsyncRWLock } from "tickframe"; class Book { #lock = new AsyncRWLock();
        async set() { const lock = this.#lock; using g = await lock.acquireWrite(); await (1); } }`,
      errors: [{ messageId: "waits" }],
    },
    {
      name: "a try, which never gets it",
      code: `${LOCK} await lock.withWrite(() => { const g = lock.tryAcquireRead(); g?.release(); });`,
      output: null,
      errors: [{ messageId: "refused" }],
    },
    {
      name: "a key of withAll",
      code: `${LOCK} await locks.withAll([{ key: "a", mode: "read" }, { key: "b", mode: "write" }], () => locks.withRead("b", () => get()));`,
      output: null,
      errors: [{ messageId: "waits" }],
    },
  ],
});

typed.run("no-read-inside-write, by types", rule, {
  valid: inScene([
    {
      name: "a field of the same name in another class",
      code: `import { AsyncRWLock } from "tickframe"; class A { lock = new AsyncRWLock(); } class B { lock = new AsyncRWLock(); }
        export async function f(a: A, b: B) { await a.lock.withWrite(() => b.lock.withRead(() => 1)); }`,
    },
  ]),
  invalid: inScene([
    {
      name: "the lock of one object",
      code: `import type { AsyncRWLock } from "tickframe"; declare function books(): { lock: AsyncRWLock }[];
        const [book] = books(); await book.lock.withWrite(async () => { await book.lock.acquireRead(); });`,
      output: null,
      errors: [{ messageId: "waits" }],
    },
  ]),
});
