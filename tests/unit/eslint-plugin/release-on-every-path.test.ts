import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { inScene, javascript, typed, untyped } from "./rule-testers.ts";

const rule = lockRules.rules["release-on-every-path"];
const LOCK = `import { AsyncRWLock } from "tickframe/locks"; const lock = new AsyncRWLock();`;
const inFunction = (body: string) => `${LOCK}\nasync function f(x) {\n${body}\n}`;

const VALID: readonly (readonly [string, string])[] = [
  ["finally", `const g = await lock.acquireRead(); try { await work(); } finally { g.release(); }`],
  ["a try", `const g = lock.tryAcquireRead(); if (g) { try { work(); } finally { g.release(); } }`],
  [
    "a try that leaves",
    `const g = lock.tryAcquireWrite(); if (!g) return; try { work(); } finally { g.release(); }`,
  ],
  [
    "a try against undefined",
    `const g = lock.tryAcquireWrite(); if (g === undefined) throw new Error(); try { work(); } finally { g.release(); }`,
  ],
  [
    "nothing that throws in between",
    `const g = await lock.acquireWrite(); count += 1; console.log(count); g.release();`,
  ],
  ["using", `using g = await lock.acquireRead(); await work();`],
  ["a guard that is returned", `const g = await lock.acquireRead(); return g;`],
  ["a guard that is given away", `const g = await lock.acquireRead(); keep(g);`],
  ["a guard that a closure releases", `const g = await lock.acquireRead(); return () => g.release();`],
  ["a guard that is kept in a field", `x.guard = await lock.acquireRead();`],
  ["a call that is returned", `return lock.acquireRead();`],
  [
    "every branch",
    `const g = await lock.acquireRead(); if (x > 1) { g.release(); return 1; } g.release(); return 2;`,
  ],
  [
    "a variable of the block around",
    `let g; try { g = await lock.acquireRead(); await work(); } finally { g?.release(); }`,
  ],
  [
    "a variable that is tested in finally",
    `let g; try { g = await lock.acquireRead(); await work(); } finally { if (g) g.release(); }`,
  ],
  [
    "catch and rethrow",
    `const g = await lock.acquireRead(); try { await work(); } catch (error) { g.release(); throw error; } g.release();`,
  ],
  [
    "a round of a loop",
    `for (const each of x) { const g = await lock.acquireRead(); try { if (each) continue; await work(each); } finally { g.release(); } }`,
  ],
  [
    "a switch",
    `const g = await lock.acquireRead(); switch (x) { case 1: g.release(); return; default: g.release(); }`,
  ],
  [
    "isHeld",
    `const g = await lock.acquireRead(); try { await work(); } finally { if (g.isHeld) g.release(); }`,
  ],
  [
    "an upgrade in the try",
    `const g = await lock.acquireRead(); try { await g.upgrade(); await work(); } finally { g.release(); }`,
  ],
  [
    "things that do not throw",
    `const g = await lock.acquireRead(); const s = new AbortController(); const next = lock.acquireWrite(); x = [s, next]; g.release();`,
  ],
  [
    "a try before the wait",
    `const g = lock.tryAcquireWrite() ?? (await lock.acquireWrite()); try { work(); } finally { g.release(); }`,
  ],
  ["a promise of a guard", `const waiting = lock.acquireRead(); work(); return waiting;`],
  [
    "one of two modes",
    `const g = await (x ? lock.acquireRead() : lock.acquireWrite()); try { work(); } finally { g.release(); }`,
  ],
  [
    "Promise.all of one",
    `const [g] = await Promise.all([lock.acquireRead()]); try { work(); } finally { g.release(); }`,
  ],
];

const INVALID: readonly (readonly [string, string, string])[] = [
  ["a guard that nobody keeps", `await lock.acquireRead();`, "dropped"],
  ["a try whose guard nobody keeps", `if (lock.tryAcquireRead()) { work(); }`, "dropped"],
  ["no release at all", `let g = await lock.acquireRead(); work();`, "end"],
  ["a return in between", `let g = await lock.acquireRead(); if (x) return 1; g.release();`, "leave"],
  ["a branch without", `const g = await lock.acquireRead(); if (x) g.release();`, "end"],
  [
    "a catch that swallows",
    `const g = await lock.acquireRead(); try { await work(); g.release(); } catch { x(); }`,
    "end",
  ],
  ["a throw", `const g = await lock.acquireWrite(); if (x) throw new Error("x"); g.release();`, "leave"],
  ["a break", `for (;;) { const g = await lock.acquireRead(); if (x) break; g.release(); }`, "leave"],
  [
    "an upgrade that fails",
    `const g = await lock.acquireRead(); await g.upgrade(); try { work(); } finally { g.release(); }`,
    "throw",
  ],
  [
    "work before the try",
    `const g = await lock.acquireRead(); const a = await work(); try { use(a); } finally { g.release(); }`,
    "throw",
  ],
  [
    "two guards at once",
    `const [a, b] = await Promise.all([lock.acquireRead(), other.acquireRead()]); a.release(); b.release();`,
    "lostWithOthers",
  ],
  [
    "one of a switch",
    `const g = await lock.acquireRead(); switch (x) { case 1: g.release(); break; case 2: break; }`,
    "end",
  ],
  [
    "a try before the wait, without finally",
    `const g = lock.tryAcquireWrite() ?? (await lock.acquireWrite()); await work(); g.release();`,
    "throw",
  ],
  [
    "finally that may not",
    `const g = await lock.acquireRead(); try { work(); } finally { if (x) g.release(); }`,
    "end",
  ],
  ["in the callback of then", `return lock.acquireRead().then((g) => { work(); g.release(); });`, "throw"],
];

/** What a fix makes of the fixtures where the release stands in the block of the acquire. */
const FIXED: Readonly<Record<string, string>> = {
  "a try before the wait, without finally": `const g = lock.tryAcquireWrite() ?? (await lock.acquireWrite()); try {\nawait work(); } finally {\n  g.release();\n}`,
  "a return in between": `let g = await lock.acquireRead(); try {\nif (x) return 1; } finally {\n  g.release();\n}`,
  "a throw": `const g = await lock.acquireWrite(); try {\nif (x) throw new Error("x"); } finally {\n  g.release();\n}`,
};

untyped.run("release-on-every-path", rule, {
  valid: VALID.map(([name, body]) => ({ name, code: inFunction(body) })),
  invalid: INVALID.map(([name, body, messageId]) => {
    const using = body.replace(/(let|const) g =/, "using g =");
    const suggestions = using === body ? [] : [{ messageId: "using", output: inFunction(using) }];
    return {
      name,
      code: inFunction(body),
      output: name in FIXED ? inFunction(FIXED[name]) : null,
      errors: [{ messageId, suggestions }],
    };
  }),
});

javascript.run("release-on-every-path, fixed", rule, {
  valid: [],
  invalid: [
    {
      name: "puts what may throw into a try",
      code: `${LOCK}
async function f() {
  const guard = await lock.acquireWrite({ timeoutMs: 50 });
  const found = await look();
  change(found);
  guard.release();
  return 1;
}`,
      output: `${LOCK}
async function f() {
  const guard = await lock.acquireWrite({ timeoutMs: 50 });
  try {
  const found = await look();
  change(found);
  } finally {
    guard.release();
  }
  return 1;
}`,
      errors: [
        {
          message: "`guard` is not released when `look()` (line 4) throws. Release it in `finally`.",
          suggestions: 1,
        },
      ],
    },
    {
      name: "leaves it where a declaration is used behind",
      code: `${LOCK}\nasync function f() { const guard = await lock.acquireRead(); const found = look(); guard.release(); return found; }`,
      output: null,
      errors: [{ messageId: "throw", suggestions: 1 }],
    },
  ],
});

typed.run("release-on-every-path, by types", rule, {
  valid: inScene([
    {
      name: "a semaphore with the same names",
      code: `declare const gate: { acquireRead(): Promise<{ release(): void }> }; await gate.acquireRead();`,
    },
  ]),
  invalid: inScene([
    {
      name: "a lock that comes from somewhere",
      code: `import type { AsyncRWLock } from "tickframe"; export async function f({ lock }: { lock: AsyncRWLock }) { await lock.acquireRead(); }`,
      errors: [{ messageId: "dropped" }],
    },
  ]),
});
