import type { Configuration, TaskScript } from "./shell-scene.ts";

const r: TaskScript = { mode: "read", form: "guard" };
const w: TaskScript = { mode: "write", form: "guard" };
const readBody: TaskScript = { mode: "read", form: "body" };
const writeBody: TaskScript = { mode: "write", form: "body" };
const upgrader: TaskScript = { ...r, changes: ["upgrade"] };
const downgrader: TaskScript = { ...w, changes: ["downgrade"] };
const upAndDown: TaskScript = { ...r, changes: ["upgrade", "downgrade"] };
const tryRead: TaskScript = { mode: "read", form: "try" };
const tryWrite: TaskScript = { mode: "write", form: "try" };
const tryReadBody: TaskScript = { mode: "read", form: "tryBody" };
const tryWriteBody: TaskScript = { mode: "write", form: "tryBody" };
const lingering = (script: TaskScript): TaskScript => ({ ...script, lingers: true });
const aborting = (script: TaskScript): TaskScript => ({ ...script, aborts: true });
const timed = (script: TaskScript): TaskScript => ({ ...script, timesOut: true });
const throwing = (script: TaskScript): TaskScript => ({ ...script, throws: true });

const settled: readonly Configuration[] = [
  { name: "2 readers, 2 writers", tasks: [r, r, w, w] },
  { name: "3 readers, 2 writers", tasks: [r, r, r, w, w] },
  { name: "2 readers, 3 writers", tasks: [r, r, w, w, w] },
  { name: "4 readers, 1 writer", tasks: [r, r, r, r, w] },
  { name: "3 readers, 2 writers, an upgrade", tasks: [upgrader, r, r, w, w] },
  { name: "bodies", tasks: [readBody, readBody, writeBody, writeBody] },
  { name: "bodies that throw", tasks: [throwing(readBody), throwing(writeBody), readBody, writeBody] },
  { name: "a body that throws before a writer", tasks: [throwing(readBody), throwing(writeBody), w] },
  { name: "closing before tries", tasks: [w, tryRead, tryWrite], closes: true },
  { name: "bodies and guards", tasks: [readBody, writeBody, r, w] },
  { name: "tries", tasks: [r, w, tryRead, tryWrite] },
  { name: "tries and bodies", tasks: [readBody, tryWrite, writeBody, tryRead] },
  { name: "synchronous bodies", tasks: [r, w, tryReadBody, tryWriteBody] },
  { name: "synchronous bodies beside bodies", tasks: [writeBody, tryReadBody, tryWriteBody] },
  { name: "synchronous bodies that throw", tasks: [r, throwing(tryReadBody), throwing(tryWriteBody)] },
  { name: "synchronous bodies that linger", tasks: [lingering(tryReadBody), lingering(tryWriteBody), w] },
  { name: "closing before synchronous bodies", tasks: [w, tryReadBody, tryWriteBody], closes: true },
  { name: "tracked bodies", tasks: [readBody, writeBody, throwing(writeBody)], tracksOwners: true },
  { name: "tracked upgrades", tasks: [upgrader, upgrader, writeBody], tracksOwners: true },
  {
    name: "tracked synchronous bodies",
    tasks: [throwing(tryReadBody), lingering(tryWriteBody), tryWriteBody, r],
    tracksOwners: true,
  },
  { name: "an aborted writer", tasks: [r, aborting(w), r] },
  { name: "aborted readers", tasks: [w, aborting(r), aborting(r)] },
  { name: "aborted bodies", tasks: [writeBody, aborting(writeBody), aborting(readBody)] },
  { name: "an aborted upgrade", tasks: [aborting(upgrader), r, r] },
  { name: "an aborted upgrade before a writer", tasks: [aborting(upgrader), r, w] },
  { name: "timeouts", tasks: [r, timed(w), timed(r), w] },
  { name: "timeouts of bodies", tasks: [writeBody, timed(writeBody), timed(readBody)] },
  { name: "timeouts of upgrades", tasks: [timed(upgrader), r, r, w] },
  { name: "timeout and abort of one", tasks: [w, timed(aborting(w)), timed(aborting(r))] },
  { name: "an upgrade among readers and a writer", tasks: [upgrader, r, r, w] },
  { name: "two upgrades", tasks: [upgrader, upgrader, r] },
  { name: "two upgrades and a writer", tasks: [upgrader, upgrader, w] },
  { name: "three upgrades", tasks: [upgrader, upgrader, upgrader] },
  { name: "a downgrade with readers and a writer", tasks: [downgrader, r, r, w] },
  { name: "two downgrades", tasks: [downgrader, downgrader, r] },
  { name: "up and down", tasks: [upAndDown, r, w] },
  { name: "up and down, twice", tasks: [upAndDown, upAndDown, r] },
  { name: "closing", tasks: [r, w, r, w], closes: true },
  { name: "closing upgrades", tasks: [upgrader, r, w], closes: true },
  { name: "closing bodies", tasks: [readBody, writeBody, readBody], closes: true },
  { name: "closing with timeouts and aborts", tasks: [w, timed(r), aborting(w)], closes: true },
];

/** The same with several events in one turn of the microtasks, where that leaves a number that can be run. */
const CROWDED = new Set([
  "an aborted writer",
  "aborted readers",
  "an aborted upgrade before a writer",
  "two upgrades and a writer",
  "timeouts of bodies",
  "an aborted upgrade",
  "two upgrades",
  "closing bodies",
  "up and down",
  "closing upgrades",
  "closing with timeouts and aborts",
]);

export const CONFIGURATIONS: readonly Configuration[] = [
  ...settled,
  ...settled
    .filter(({ name }) => CROWDED.has(name))
    .map((configuration) => ({ ...configuration, name: `${configuration.name}, crowded`, isCrowded: true })),
];
