/** A fault put into the source of the lock: `from` stands there exactly once, and becomes `to`. */
export interface Mutation {
  readonly fault: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const inFile = (
  file: string,
  faults: readonly [fault: string, from: string, to: string][],
): Mutation[] => faults.map(([fault, from, to]) => ({ fault, file, from, to }));

export const MUTATIONS: readonly Mutation[] = [
  ...inFile("rw-lock-core.ts", [
    ["newcomers pass all who wait", "if (!this.#isPlain && !this.#mayPass(mode)) return false;\n", ""],
    [
      "readers enter beside a writer",
      `"read" ? this.#holders !== WRITER : this.#holders === 0`,
      `"read" || this.#holders === 0`,
    ],
    [
      "writers enter beside readers",
      `!== WRITER : this.#holders === 0;`,
      `!== WRITER : this.#holders !== WRITER;`,
    ],
    [
      "writers enter beside a writer",
      `!== WRITER : this.#holders === 0;`,
      `!== WRITER : this.#holders <= 0;`,
    ],
    ["a reader that leaves takes all with it", `mode === "read" ? this.#holders - 1 : 0`, "0"],
    [
      "leaving wakes nobody",
      `this.#holders - 1 : 0;\n    if (!this.#isPlain) this.#settle();`,
      "this.#holders - 1 : 0;",
    ],
    ["joining an open line tells nobody", ".line.push(waiter);\n    this.#settle();", ".line.push(waiter);"],
    ["giving up wakes nobody", "return false;\n    this.#settle();", "return false;"],
    ["an upgrade cannot be given up", "=== waiter) crowd.upgrader = undefined;", "=== waiter) void 0;"],
    [
      "who does not wait can give up",
      "else if (!crowd.line.remove(waiter)) return false;",
      "else crowd.line.remove(waiter);",
    ],
    [
      "an upgrade does not wait for other readers",
      "if (this.#holders !== 1) return false;",
      "if (this.#holders < 1) return false;",
    ],
    [
      "newcomers pass an upgrade that waits",
      ".upgrader = waiter;\n    this.#isPlain = false;",
      ".upgrader = waiter;",
    ],
    [
      "a downgrade wakes nobody",
      "this.#holders = 1;\n    if (!this.#isPlain) this.#settle();",
      "this.#holders = 1;",
    ],
    ["a downgrade stays a write", "downgrade(): void {\n    this.#holders = 1;", "downgrade(): void {"],
    [
      "newcomers do not see an upgrade",
      "if (upgrader !== undefined || closure !== undefined)",
      "if (closure !== undefined)",
    ],
    [
      "newcomers do not see that it is closed",
      "if (upgrader !== undefined || closure !== undefined)",
      "if (upgrader !== undefined)",
    ],
    [
      "the line enters before an upgrade",
      "if (upgrader === undefined) {\n      this.#admit",
      "if (upgrader === undefined || this.#holders > 1) {\n      this.#admit",
    ],
    [
      "an upgrade is done again and again",
      "      crowd.upgrader = undefined;\n      this.admitted",
      "      this.admitted",
    ],
    ["an upgrade is not told", "      this.admitted(upgrader);\n", ""],
    [
      "only the first reader enters",
      "      this.admitted(next);\n",
      "      this.admitted(next);\n      break;\n",
    ],
    ["who enters is not told", "      this.admitted(next);\n", ""],
    ["who enters does not count", "      this.#enter(next.mode);\n", ""],
    ["a line is forgotten", "      line.length === 0 &&\n", ""],
    ["an upgrade is forgotten", "      crowd.upgrader === undefined &&\n", ""],
    ["a closed lock opens again", "      crowd.closure === undefined &&\n", ""],
    ["who asked for idleness is forgotten", "&&\n      crowd.onIdle.length === 0", ""],
    ["idleness is told while somebody is inside", "if (this.#holders === 0) for", "for"],
    ["idleness is told again and again", "crowd.onIdle.splice(0)", "crowd.onIdle"],
    ["closing leaves an upgrade waiting", "    crowd.upgrader = undefined;\n    for", "    for"],
    [
      "closing does not send an upgrade away",
      "crowd.upgrader === undefined ? [] : [crowd.upgrader];",
      "[] as W[];",
    ],
    ["closing does not close", "    crowd.closure = { reason };\n", ""],
    [
      "closing does not close a lock nobody waits for",
      "    this.#isPlain = false;\n    return waiters;",
      "    return waiters;",
    ],
  ]),
  ...inFile("wait-line.ts", [
    ["passing newcomers are not counted", "this.#countPass();\n    return true;", "return true;"],
    ["one newcomer too many passes", "this.#passes >= this.#bound", "this.#passes > this.#bound"],
    ["one of the line too many passes", "this.#passes < this.#bound ?", "this.#passes <= this.#bound ?"],
    [
      "the line passes without end",
      "=== this.#favouredMode) this.#countPass();",
      "=== this.#favouredMode) void 0;",
    ],
    [
      "the favoured side is passed",
      "this.#passes < this.#bound ? favoured : other",
      "this.#passes < this.#bound ? other : favoured",
    ],
    ["the turn of a writer does not end", `else if (next.mode === "write") this.#passes = 0;`, ""],
    ["the turn of those who gave up stays", "    if (this.#others.length === 0) this.#passes = 0;\n", ""],
    [
      "nobody of the favoured side passes",
      "this.#passes >= this.#bound) return false;",
      "this.#passes >= 0) return false;",
    ],
    ["newcomers of the other side pass", "mode !== this.#favouredMode || this", "this"],
  ]),
  ...inFile("wait-queue.ts", [
    [
      "the end of the line is lost",
      "if (behind === undefined) this.#tail = ahead;\n    else",
      "if (behind !== undefined)",
    ],
    [
      "the head of the line is lost",
      "if (ahead === undefined) this.#head = behind;\n    else",
      "if (ahead !== undefined)",
    ],
    ["the line is not counted down", "    this.#length--;\n", ""],
    [
      "who is not in line leaves it",
      "    if (ahead === undefined && this.#head !== waiter) return false;\n",
      "",
    ],
    ["the head of the line cannot leave it", " && this.#head !== waiter", ""],
    ["who left the line keeps who was ahead", "    waiter.ahead = undefined;\n", ""],
    ["who left the line keeps who was behind", "    waiter.behind = undefined;\n", ""],
  ]),
  ...inFile("lock-guard.ts", [
    ["a guard can be released twice", "    if (followed === null) return false;\n", ""],
    ["a released guard is still held", "    this.followed = null;\n", ""],
    ["a released guard can be downgraded", "return this.isHeld && this.keeper", "return this.keeper"],
  ]),
  ...inFile("guard-issuer.ts", [
    [
      "a release does not leave",
      "this.#moment(inside));\n    }\n    this.leave(mode);\n",
      "this.#moment(inside));\n    }\n",
    ],
    ["a hold without a guard does not leave", "    else this.leave(mode);\n", ""],
    [
      "a synchronous body does not ask whether it may run",
      "if (!this.tryEnter(mode)) return this.#refuse(mode) ?? NOT_FREE;",
      "if (!this.tryEnter(mode)) this.#refuse(mode);",
    ],
    [
      "who is let in is still watched",
      "admitted(wait: LockWait): void {\n    this.#forget(wait);",
      "admitted(wait: LockWait): void {",
    ],
    [
      "a timeout keeps its place in line",
      "    this.giveUp(wait);\n    wait.refuse(new LockTimeoutError",
      "    wait.refuse(new LockTimeoutError",
    ],
    [
      "an abort keeps its place in line",
      "this.#sendAway(wait, reason);\n    this.giveUp(wait);",
      "this.#sendAway(wait, reason);",
    ],
    ["an upgrade outlives its read", `(this, "released"));\n    this.giveUp(wait);`, `(this, "released"));`],
    ["an upgraded guard releases a read", `    hold.mode = "write";\n`, ""],
    ["a downgraded guard releases a write", `    hold.mode = "read";\n`, ""],
    [
      "a body that waited keeps the lock",
      "wait.then(() => runHeld(this, body, mode))",
      "wait.then(() => runHeld({ release() {} }, body, mode))",
    ],
    ["a downgrade reaches only the guard", "    this.downgrade();\n", ""],
    [
      "a second upgrade waits for the first",
      "if (this.upgrader !== undefined) {",
      "if (this.upgrader === null) {",
    ],
    [
      "closing tells nobody",
      "for (const wait of this.close(reason)) this.#sendAway(wait, reason);",
      "this.close(reason);",
    ],
    [
      "a closed lock is waited for",
      "this.#closedRejection() ?? this.#reentryRejection(mode, options)",
      "this.#reentryRejection(mode, options)",
    ],
    ["an upgrade of a closed lock waits", "refusal(options) ?? this.#closedRejection()", "refusal(options)"],
    ["an aborted upgrade begins", "refusal(options) ?? this.#closedRejection()", "this.#closedRejection()"],
    ["a try of a closed lock is only refused", "    if (closure !== undefined) throw closure.reason;\n", ""],
    ["waits are not watched", "        watch.watch(wait.limits);\n", ""],
  ]),
  ...inFile("upgrade-keeper.ts", [
    ["the release of an upgrading read leaves its wait", "    this.#issuer.abandoned(this.#wait);\n", ""],
  ]),
  ...inFile("lock-wait.ts", [
    ["who waits without limits cannot be refused", "    else this.#resolve(rejectedWith(reason));\n", ""],
    ["who waits with limits cannot be refused", "this.limits.reject(reason)", "void 0"],
  ]),
  ...inFile("run-held.ts", [
    [
      "a body that rejects keeps the lock",
      "(error: unknown) => {\n          held.release(mode);",
      "(error: unknown) => {",
    ],
    ["a body that resolves keeps the lock", "(value) => {\n          held.release(mode);", "(value) => {"],
    [
      "the lock is free while the body runs",
      "    result = run();\n    if",
      "    result = run();\n    held.release(mode);\n    if",
    ],
    ["a synchronous body keeps the lock", "  held.release(mode);\n  return result;", "  return result;"],
    [
      "a synchronous body that throws keeps the lock",
      "    held.release(mode);\n    throw error;",
      "    throw error;",
    ],
    [
      "a body that returns a promise passes for a synchronous one",
      "  if (goesOn) return holdOn(held, result, mode);\n",
      "",
    ],
    [
      "a body that goes on goes on unprotected",
      "void runHeld(held, () => result, mode);",
      "held.release(mode);",
    ],
    ["a body that goes on never lets go", "void runHeld(held, () => result, mode);", ""],
  ]),
  ...inFile("deadline-watch.ts", [
    ["timers are left", "    group.timer.cancel();\n", ""],
    [
      "a timeout tells only the first",
      "      this.#onDue(head);\n",
      "      this.#onDue(head);\n      return;\n",
    ],
  ]),
  ...inFile("abort-watch.ts", [
    ["listeners are left", `    signal.removeEventListener("abort", this.#abort);\n`, ""],
    ["nobody listens to a signal", `    signal.addEventListener("abort", this.#abort);\n`, ""],
  ]),
];
