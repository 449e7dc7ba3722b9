import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

/** Returns a maker of paths in a folder of the running test, which is removed behind it. */
export function temporaryFolder(): (name: string) => Promise<string> {
  let folder: string | undefined;
  afterEach(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
    folder = undefined;
  });
  return async (name) => {
    folder ??= await mkdtemp(join(tmpdir(), "tickframe-"));
    return join(folder, name);
  };
}
