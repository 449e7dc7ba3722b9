import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { inScene, javascript, typed } from "./rule-testers.ts";

const rule = lockRules.rules["require-timeout"];
const LOCKS = `import { AsyncRWLock, LockManager } from "tickframe/locks"; const lock = new AsyncRWLock(); const keyed = new LockManager();`;
const critical = (body: string) =>
  `${LOCKS}\n/** Sends an order. @critical */\nexport async function send(options) { ${body} }`;

javascript.run("require-timeout", rule, {
  valid: [
    { name: "code that is not marked", code: `${LOCKS} await lock.withWrite(() => put());` },
    { name: "a timeout", code: critical(`await lock.withWrite(() => put(), { timeoutMs: 50 });`) },
    {
      name: "a timeout of a key",
      code: critical(`await keyed.withWrite("x", () => put(), { timeoutMs: 50 });`),
    },
    {
      name: "a signal that is a timeout",
      code: critical(`await lock.withWrite(() => put(), { signal: AbortSignal.timeout(50) });`),
    },
    {
      name: "one of several signals",
      code: critical(
        `const signal = AbortSignal.any([options.signal, AbortSignal.timeout(50)]); await lock.acquireRead({ signal });`,
      ),
    },
    { name: "options from elsewhere", code: critical(`await lock.withWrite(() => put(), options);`) },
    {
      name: "options that are spread",
      code: critical(`const limits = { timeoutMs: 5 }; await lock.withWrite(() => put(), { ...limits });`),
    },
    { name: "a try", code: critical(`lock.tryAcquireRead()?.release();`) },
    {
      name: "another function of the file",
      code: `${critical("")} export async function other() { await lock.withRead(() => get()); }`,
    },
    {
      name: "any signal, where it is trusted",
      code: critical(`await lock.acquireRead({ signal: options.signal });`),
      options: [{ anySignal: true }],
    },
    {
      name: "a word that only begins so",
      code: `${LOCKS} /** @critical-path */ async function f() { await lock.withRead(() => get()); }`,
    },
  ],
  invalid: [
    {
      name: "no options",
      code: critical(`await lock.withWrite(() => put());`),
      errors: [
        {
          message:
            "`lock.withWrite` may wait for ever, and the code here is critical. Say with `timeoutMs` how long it may wait.",
          suggestions: [
            {
              messageId: "limit",
              output: critical(`await lock.withWrite(() => put(), { timeoutMs: 1000 });`),
            },
          ],
        },
      ],
    },
    {
      name: "acquire",
      code: critical(`const g = await lock.acquireWrite(); g.release();`),
      options: [{ suggestedMs: 250 }],
      errors: [
        {
          messageId: "unlimited",
          suggestions: [
            {
              messageId: "limit",
              output: critical(`const g = await lock.acquireWrite({ timeoutMs: 250 }); g.release();`),
            },
          ],
        },
      ],
    },
    {
      name: "a signal that may never end",
      code: critical(`await lock.acquireRead({ signal: options.signal });`),
      errors: [
        {
          messageId: "unlimited",
          suggestions: [
            {
              messageId: "limit",
              output: critical(`await lock.acquireRead({ timeoutMs: 1000, signal: options.signal });`),
            },
          ],
        },
      ],
    },
    {
      name: "Infinity",
      code: critical(`await lock.acquireRead({ timeoutMs: Infinity });`),
      errors: [
        {
          messageId: "unlimited",
          suggestions: [
            { messageId: "limit", output: critical(`await lock.acquireRead({ timeoutMs: 1000 });`) },
          ],
        },
      ],
    },
    {
      name: "an upgrade",
      code: critical(
        `const g = await lock.acquireRead({ timeoutMs: 5 }); try { await g.upgrade(); } finally { g.release(); }`,
      ),
      errors: [
        {
          messageId: "unlimited",
          suggestions: [
            {
              messageId: "limit",
              output: critical(
                `const g = await lock.acquireRead({ timeoutMs: 5 }); try { await g.upgrade({ timeoutMs: 1000 }); } finally { g.release(); }`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: "a statement that is marked",
      code: `${LOCKS}\n// @critical\nawait keyed.withAll([{ key: "x", mode: "write" }], () => put());`,
      errors: [{ messageId: "unlimited", suggestions: 1 }],
    },
    {
      name: "a method that is marked",
      code: `import { AsyncRWLock } from "tickframe"; class Book { #lock = new AsyncRWLock();\n/* @critical */ async put() { await this.#lock.withUpgrade(() => 1, () => 2); } }`,
      errors: [{ messageId: "unlimited", suggestions: 1 }],
    },
    {
      name: "everywhere",
      code: `${LOCKS} await lock.withWrite(() => put());`,
      options: [{ everywhere: true }],
      errors: [{ messageId: "unlimited", suggestions: 1 }],
    },
  ],
});

typed.run("require-timeout, by types", rule, {
  valid: [],
  invalid: inScene([
    {
      name: "a manager that comes from somewhere",
      code: `import type { RealtimeDataManager } from "tickframe";
        // @critical
        export const look = (manager: RealtimeDataManager) => manager.withRead("BTCUSDT", () => 1);`,
      errors: [{ messageId: "unlimited", suggestions: 1 }],
    },
  ]),
});
