import { Linter } from "eslint";
import { parser } from "typed-parser";
import { describe, expect, it } from "vitest";
import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { inScene, javascript, typed } from "./rule-testers.ts";

const rule = lockRules.rules["consistent-lock-order"];
const LOCKS = `import { AsyncRWLock, LockManager } from "tickframe/locks"; const a = new AsyncRWLock(); const b = new AsyncRWLock(); const c = new AsyncRWLock(); const keyed = new LockManager();`;
const under = (outer: string, inner: string) =>
  `await ${outer}.withWrite(() => ${inner}.withWrite(() => put()));`;

javascript.run("consistent-lock-order", rule, {
  valid: [
    { name: "one order", code: `${LOCKS} ${under("a", "b")} ${under("b", "c")} ${under("a", "c")}` },
    {
      name: "a try the other way round, which does not wait",
      code: `${LOCKS} ${under("a", "b")} await b.withWrite(() => { a.tryAcquireWrite()?.release(); });`,
    },
    {
      name: "two keys that are not known",
      code: `${LOCKS} const f = (x, y) => keyed.withWrite(x, () => keyed.withWrite(y, () => put()));`,
    },
    {
      name: "locks of other functions with the same names",
      code: `import { AsyncRWLock } from "tickframe";
      async function f() { const a = new AsyncRWLock(); const b = new AsyncRWLock(); ${under("a", "b")} }
      async function g() { const a = new AsyncRWLock(); const b = new AsyncRWLock(); ${under("b", "a")} }`,
    },
  ],
  invalid: [
    {
      name: "two locks",
      code: `${LOCKS}\n${under("a", "b")}\n${under("b", "a")}`,
      errors: [
        {
          message:
            "`a` is awaited while `b` is held, and at line 2 it is the other way round: two tasks, one here and one there, wait for each other for ever.",
          line: 3,
        },
      ],
    },
    {
      name: "three locks",
      code: `${LOCKS}\n${under("a", "b")}\n${under("b", "c")}\n${under("c", "a")}`,
      errors: [{ messageId: "circle", line: 4 }],
    },
    {
      name: "two keys that are written out",
      code: `${LOCKS}\nawait keyed.withRead("x", () => keyed.withRead("y", () => get()));\nawait keyed.withRead("y", () => keyed.withRead("x", () => get()));`,
      errors: [{ messageId: "circle", line: 3 }],
    },
    {
      name: "through a function",
      code: `${LOCKS} const send = () => b.withWrite(() => 1);\nawait a.withWrite(() => send());\n${under("b", "a")}`,
      errors: [{ messageId: "circle", line: 3 }],
    },
  ],
});

typed.run("consistent-lock-order, by types", rule, {
  valid: [],
  invalid: inScene([
    {
      name: "fields of two classes, through any of their objects",
      code: `import { AsyncRWLock } from "tickframe";
        class Book { readonly lock = new AsyncRWLock(); } class Account { readonly lock = new AsyncRWLock(); }
        export const f = (book: Book, account: Account) => book.lock.withWrite(() => account.lock.withWrite(() => 1));
        export const g = (mine: Account, other: Book) => mine.lock.withWrite(() => other.lock.withWrite(() => 1));`,
      errors: [{ messageId: "circle", line: 4 }],
    },
  ]),
});

describe("consistent-lock-order, between files", () => {
  const linter = new Linter({ cwd: "/bot" });
  const lint = (filename: string, code: string) =>
    linter
      .verify(
        code,
        {
          files: ["**/*.ts"],
          languageOptions: { parser },
          plugins: { tickframe: lockRules },
          rules: { "tickframe/consistent-lock-order": "error" },
        },
        { filename },
      )
      .map(({ message }) => message);
  const sharedLocks = `import { AsyncRWLock } from "tickframe"; export const books = new AsyncRWLock(); export const accounts = new AsyncRWLock();`;

  it("tells it at the file that closes the circle, and names the other place", () => {
    expect(lint("/bot/src/locks.ts", `${sharedLocks} ${under("books", "accounts")}`)).toEqual([]);
    const typedImport = `import type { AsyncRWLock } from "tickframe"; import { accounts, books } from "./locks.js";
      const held: AsyncRWLock = accounts; const inner: AsyncRWLock = books;`;
    expect(lint("/bot/src/pay.ts", `${typedImport} ${under("held", "inner")}`)).toEqual([
      "`inner` is awaited while `held` is held, and at src/locks.ts:1 it is the other way round: two tasks, one here and one there, wait for each other for ever.",
    ]);
  });

  it("forgets what a file said before it was changed", () => {
    const order = (first: string, second: string) => `import { AsyncRWLock } from "tickframe";
      export const one = new AsyncRWLock(); export const two = new AsyncRWLock(); ${under(first, second)}`;
    expect(lint("/bot/src/order.ts", order("one", "two"))).toEqual([]);
    expect(lint("/bot/src/order.ts", order("two", "one"))).toEqual([]);
  });
});
