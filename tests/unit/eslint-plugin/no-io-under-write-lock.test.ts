import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { inScene, javascript, typed, untyped } from "./rule-testers.ts";

const rule = lockRules.rules["no-io-under-write-lock"];
const LOCK = `import { AsyncRWLock } from "tickframe/locks"; const lock = new AsyncRWLock();`;

javascript.run("no-io-under-write-lock, in JavaScript", rule, {
  valid: [
    {
      name: "a fetch before the lock",
      code: `${LOCK} const r = await fetch("/x"); await lock.withWrite(() => use(r));`,
    },
    {
      name: "a fetch under a read lock",
      code: `${LOCK} await lock.withRead(async () => { await fetch("/x"); });`,
    },
    {
      name: "a fetch that nobody waits for",
      code: `${LOCK} await lock.withWrite(() => { void fetch("/x"); });`,
    },
    {
      name: "a lock of another package",
      code: `import { AsyncRWLock } from "rwlocks"; const lock = new AsyncRWLock(); await lock.withWrite(() => fetch("/x"));`,
    },
    {
      name: "something else with withWrite",
      code: `const lock = open(); await lock.withWrite(() => fetch("/x"));`,
    },
    {
      name: "a function that is named fetch",
      code: `${LOCK} function fetch() {} await lock.withWrite(() => fetch("/x"));`,
    },
    {
      name: "a fetch in a callback that runs later",
      code: `${LOCK} await lock.withWrite(() => { setTimeout(async () => { await fetch("/x"); }, 5); });`,
    },
    {
      name: "a file read after the guard is released",
      code: `import { readFile } from "node:fs/promises"; ${LOCK}
        const guard = await lock.acquireWrite(); try { change(); } finally { guard.release(); } await readFile("x");`,
    },
    {
      name: "a fetch where a try got nothing",
      code: `${LOCK} async function f() { const guard = lock.tryAcquireWrite(); if (!guard) { await fetch("/busy"); return; } guard.release(); }`,
    },
    {
      name: "a file read once the guard is for reading",
      code: `import fs from "node:fs/promises"; ${LOCK}
        const guard = await lock.acquireWrite(); try { guard.downgrade(); await fs.readFile("x"); } finally { guard.release(); }`,
    },
  ],
  invalid: [
    {
      name: "a fetch that is awaited",
      code: `${LOCK}\nawait lock.withWrite(async () => {\n  const r = await fetch("/x");\n  use(r);\n});`,
      errors: [
        {
          message:
            "`fetch` is awaited while `lock` (line 2) is held for write: all who want the lock wait for it too. Get the result first, and take the lock to put it in.",
          line: 3,
        },
      ],
    },
    {
      name: "a fetch that is returned",
      code: `${LOCK} await lock.withWrite(() => fetch("/x"));`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "a file write under a guard",
      code: `import { writeFile } from "node:fs/promises"; ${LOCK}
        const guard = await lock.acquireWrite(); try { await writeFile("x", "y"); } finally { guard.release(); }`,
      errors: [{ messageId: "io", line: 2 }],
    },
    {
      name: "fs.promises, required",
      code: `const { promises } = require("fs"); ${LOCK} await lock.withWrite(() => promises.readFile("x"));`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "several at once",
      code: `${LOCK} await lock.withWrite(async () => { await Promise.all(urls.map((url) => fetch(url))); });`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "by way of a variable",
      code: `${LOCK} await lock.withWrite(async () => { const pending = fetch("/x"); change(); use(await pending); });`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "two functions away",
      code: `import { writeFile } from "node:fs/promises"; ${LOCK}
        const save = async () => { await writeFile("x", "y"); };
        async function commit() { await save(); }
        await lock.withWrite(async () => { await commit(); });`,
      errors: [
        {
          message:
            "`writeFile` is awaited while `lock` (line 4) is held for write (through `commit` → `save`): all who want the lock wait for it too. Get the result first, and take the lock to put it in.",
          line: 4,
        },
      ],
    },
    {
      name: "after an upgrade",
      code: `${LOCK} const guard = await lock.acquireRead(); try { await guard.upgrade(); await fetch("/x"); } finally { guard.release(); }`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "a module of one's own",
      code: `import { query } from "@shop/db"; ${LOCK} await lock.withWrite(() => query("x"));`,
      options: [{ modules: ["@shop/db"] }],
      errors: [{ messageId: "io" }],
    },
    {
      name: "in the change of withUpgrade",
      code: `${LOCK} await lock.withUpgrade(() => find(), async () => { await fetch("/x"); });`,
      errors: [{ messageId: "io" }],
    },
  ],
});

untyped.run("no-io-under-write-lock, by bindings", rule, {
  valid: [
    {
      name: "a field of another class",
      code: `import { Store } from "./store.ts"; class Book { #lock = new Store(); save() { return this.#lock.withWrite(() => fetch("/x")); } }`,
    },
  ],
  invalid: [
    {
      name: "a private field",
      code: `import { AsyncRWLock } from "tickframe";
        class Book { readonly #lock = new AsyncRWLock(); save() { return this.#lock.withWrite(async () => { await fetch("/x"); }); } }`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "a parameter of the constructor",
      code: `import type { AsyncRWLock } from "tickframe/locks";
        class Book { constructor(private readonly lock: AsyncRWLock) {} save() { return this.lock.withWrite(() => fetch("/x")); } }`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "a field set in the constructor, and a method of the class",
      code: `import { LockManager } from "tickframe/locks"; import axios from "axios";
        class Book { #locks: LockManager; constructor() { this.#locks = new LockManager(); }
          async save(id: string) { await this.#locks.withWrite(id, () => this.#post(id)); }
          async #post(id: string) { await axios.post("/" + id); } }`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "a client that is kept in a field",
      code: `import { Client } from "pg"; import * as tickframe from "tickframe";
        class Book { #db = new Client(); #lock = new tickframe.AsyncRWLock();
          save() { return this.#lock.withWrite(async () => { await this.#db.query("x"); }); } }`,
      errors: [{ messageId: "io" }],
    },
  ],
});

typed.run("no-io-under-write-lock, by types", rule, {
  valid: inScene([
    {
      name: "a lock by name only",
      code: `declare class AsyncRWLock { withWrite<T>(run: () => T): T } declare const lock: AsyncRWLock; await lock.withWrite(() => fetch("/x"));`,
    },
  ]),
  invalid: inScene([
    {
      name: "a lock in a map",
      code: `import type { AsyncRWLock } from "tickframe/locks"; declare const locks: Map<string, AsyncRWLock>;
        await locks.get("x")?.withWrite(async () => { await fetch("/x"); });`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "what a function returns, and a file handle",
      code: `import type { AsyncRWLock } from "tickframe/locks"; import type { FileHandle } from "node:fs/promises";
        declare function lockOf(id: string): { readonly held: AsyncRWLock }; declare const file: FileHandle;
        await lockOf("x").held.withWrite(async () => { await file.write("x"); });`,
      errors: [{ messageId: "io" }],
    },
    {
      name: "a class that extends the lock",
      code: `import { AsyncRWLock } from "tickframe"; class BookLock extends AsyncRWLock {} 
        async function save(book: { lock: BookLock }) { const { lock } = book; await lock.withWrite(() => fetch("/x")); }`,
      errors: [{ messageId: "io" }],
    },
  ]),
});
