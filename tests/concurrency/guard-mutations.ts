import { inFile, type Mutation } from "./mutations.ts";

export const GUARD_MUTATIONS: readonly Mutation[] = [
  ...inFile("frame-guard.ts", [
    ["commits change what readers see", "if (this.#current?.freeze()) this.#frozenViews++;", ""],
    [
      "later readers share an older view",
      "    this.#current = undefined;\n    this.#commits++;",
      "    this.#commits++;",
    ],
    [
      "readers enter an open commit",
      "if (!this.lock.isWriteLocked) return this.#read(read);",
      "return this.#read(read);",
    ],
    [
      "a reader that waited for a commit keeps the lock",
      "      } finally {\n        guard.release();\n      }\n",
      "      } finally {\n        void guard;\n      }\n",
    ],
    [
      "a reader that waited for a commit enters after letting go",
      "        return this.#read(read);\n      } finally",
      "        return Promise.resolve().then(() => Promise.resolve()).then(() => this.#read(read));\n      } finally",
    ],
    ["a commit that waited hides nothing", ".then((guard) => this.#begin(guard));", ";"],
    ["a commit at once hides nothing", "return guard && this.#begin(guard);", "return guard;"],
    ["readers are not counted in", "    shared.enter();\n", ""],
    [
      "readers behind the lock do not hold it",
      "return this.lock.withRead(() => {",
      "return this.lock.withRead(() => {}).then(() => {",
    ],
  ]),
  ...inFile("shared-view.ts", [
    [
      "a view is never released",
      "if (--this.#readers === 0 && this.#isFrozen) ",
      "if (--this.#readers < 0) ",
    ],
    ["a view is released with its first reader", "--this.#readers === 0 && this.#isFrozen", "this.#isFrozen"],
    ["views without readers are frozen", "if (this.#readers === 0) return false;", ""],
    ["a frozen view does not know that it is", "    this.#isFrozen = true;\n", ""],
    ["a view is not frozen", "    this.#state.freeze(this.view);\n", ""],
  ]),
];
