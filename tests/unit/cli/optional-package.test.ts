import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/cli/failure.ts";
import { loadOptional } from "../../../src/cli/locks/optional-package.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const path = temporaryFolder();

/** A folder in which a package is installed whose only file is `text`. */
async function folderWith(name: string, text: string): Promise<string> {
  const folder = await path(name);
  await mkdir(join(folder, "node_modules/some-linter"), { recursive: true });
  await writeFile(join(folder, "node_modules/some-linter/index.js"), text);
  return folder;
}

describe("loadOptional", () => {
  it("takes the first folder that has the package", async () => {
    const folders = [
      await path("empty"),
      await folderWith("mine", "exports.whose = 'mine';"),
      await folderWith("other", "exports.whose = 'other';"),
    ];
    expect(loadOptional("some-linter", "linting", folders)).toEqual({ whose: "mine" });
  });

  it("says in one line what to install when none has it", async () => {
    const folders = [await path("empty")];
    expect(() => loadOptional("some-linter", "linting", folders)).toThrow(
      new UsageError("linting needs some-linter: npm install --save-dev some-linter"),
    );
  });

  it("says why one that is there cannot be loaded, instead of taking another", async () => {
    const folders = [
      await folderWith("mine", "throw new Error('wants a newer world');"),
      await folderWith("other", ""),
    ];
    expect(() => loadOptional("some-linter", "linting", folders)).toThrow(
      new UsageError("some-linter cannot be loaded: wants a newer world"),
    );
  });
});
