import { join } from "node:path";
import { RuleTester } from "eslint";
import { parser } from "typed-parser";
import { describe, it } from "vitest";

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only;

const SCENE = join(import.meta.dirname, "typed-scene");

/** Plain JavaScript, by ESLint's own parser. */
export const javascript = new RuleTester({
  languageOptions: { ecmaVersion: "latest", sourceType: "module" },
});

/** TypeScript without types: what an expression is follows from the file alone. */
export const untyped = new RuleTester({ languageOptions: { parser } });

/** TypeScript with types: `tickframe` is this project's own source. */
export const typed = new RuleTester({
  languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: SCENE } },
});

/** Where a typed fixture stands. */
export const SCENE_FILE = join(SCENE, "scene.ts");

/** Fixtures with types stand in a file of the project. */
export function inScene<T extends { readonly code: string }>(
  fixtures: readonly T[],
): (T & { filename: string })[] {
  return fixtures.map((fixture) => ({ ...fixture, filename: SCENE_FILE }));
}
