import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { javascript } from "./rule-testers.ts";

const rule = lockRules.rules["no-lock-in-loop"];
const LOCKS = `import { AsyncRWLock, LockManager } from "tickframe/locks"; const lock = new AsyncRWLock(); const keyed = new LockManager();`;

javascript.run("no-lock-in-loop", rule, {
  valid: [
    {
      name: "a loop under the lock",
      code: `${LOCKS} await lock.withWrite(() => { for (const x of xs) put(x); });`,
    },
    {
      name: "another key each time",
      code: `${LOCKS} for (const id of ids) await keyed.withWrite(id, () => put(id));`,
    },
    {
      name: "another lock each time",
      code: `${LOCKS} for (const { lock } of books) await lock.withWrite(() => put());`,
    },
    {
      name: "a key that is counted",
      code: `${LOCKS} for (let i = 0; i < 9; i++) await keyed.withWrite(String(i), () => put(i));`,
    },
    {
      name: "events",
      code: `${LOCKS} for await (const tick of ticks) await lock.withWrite(() => put(tick));`,
    },
    {
      name: "an endless loop",
      code: `${LOCKS} while (true) { const x = await next(); await lock.withWrite(() => put(x)); }`,
    },
    {
      name: "a loop that waits for something else",
      code: `${LOCKS} for (const url of urls) { const x = await load(url); await lock.withWrite(() => put(x)); }`,
    },
    {
      name: "a retry",
      code: `${LOCKS} for (let i = 0; i < 3; i++) { try { await lock.withWrite(() => put(), { timeoutMs: 9 }); break; } catch (error) { tell(error); } }`,
    },
    {
      name: "tries until one succeeds",
      code: `${LOCKS} let g; while (!(g = lock.tryAcquireWrite())) pause();`,
    },
    {
      name: "a function that a loop makes",
      code: `${LOCKS} for (const x of xs) button.on(x, () => lock.withWrite(() => put(x)));`,
    },
    {
      name: "once before the first round",
      code: `${LOCKS} for (let x = await lock.withRead(() => get()); x; x = x.next) put(x);`,
    },
    {
      name: "a map of another key each time",
      code: `${LOCKS} await Promise.all(ids.map((id) => keyed.withRead(id, () => get(id))));`,
    },
  ],
  invalid: [
    {
      name: "for of",
      code: `${LOCKS}\nfor (const x of xs) {\n  await lock.withWrite(() => put(x));\n}`,
      errors: [
        {
          message:
            "`lock.withWrite` takes the same lock in every round of the loop of line 2: a wait for each, and others change things in between. Take it once around the loop.",
          line: 3,
        },
      ],
    },
    {
      name: "a counted loop",
      code: `${LOCKS} for (let i = 0; i < 9; i++) { const g = await lock.acquireWrite(); try { put(i); } finally { g.release(); } }`,
      errors: [{ messageId: "loop" }],
    },
    {
      name: "while",
      code: `${LOCKS} while (xs.length > 0) await lock.withWrite(() => put(xs.pop()));`,
      errors: [{ messageId: "loop" }],
    },
    {
      name: "the same key",
      code: `${LOCKS} const id = "x"; for (const x of xs) await keyed.withWrite(id, () => put(x));`,
      errors: [{ messageId: "loop" }],
    },
    {
      name: "map",
      code: `${LOCKS} await Promise.all(xs.map(async (x) => { await lock.withWrite(() => put(x)); }));`,
      errors: [{ messageId: "loop" }],
    },
    {
      name: "forEach, which nobody waits for",
      code: `${LOCKS} xs.forEach((x) => { void lock.withWrite(() => put(x)); });`,
      errors: [{ messageId: "loop" }],
    },
    {
      name: "the test of a loop",
      code: `${LOCKS} while (await lock.withRead(() => more())) put();`,
      errors: [{ messageId: "loop" }],
    },
  ],
});
