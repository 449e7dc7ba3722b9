import { join } from "node:path";
import { ESLint, type Rule } from "eslint";
import { parser } from "typed-parser";
import { expect, it } from "vitest";
import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { scanLocks } from "../../../src/eslint-plugin/lock-scan.ts";

const ROOT = join(import.meta.dirname, "../../..");

it("finds nothing in tickframe's own source and examples, where it sees the locks that they take", async () => {
  const seen: string[] = [];
  const lockCalls: Rule.RuleModule = {
    create: (context) => ({
      "Program:exit": () => void seen.push(...scanLocks(context).calls.map(({ method }) => method)),
    }),
  };
  const eslint = new ESLint({
    cwd: ROOT,
    overrideConfigFile: true,
    overrideConfig: [
      lockRules.configs.recommended,
      {
        files: ["**/*.ts"],
        languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: ROOT } },
        plugins: { watch: { rules: { "lock-calls": lockCalls } } },
        rules: { "watch/lock-calls": "error" },
      },
    ],
  });
  const results = await eslint.lintFiles(["src/**/*.ts", "examples/**/*.ts"]);
  expect(results.length).toBeGreaterThan(200);
  // A comment in the source may speak of rules of other plugins.
  const messages = results.flatMap((result) => result.messages);
  expect(messages.filter(({ fatal, ruleId }) => fatal === true || ruleId?.startsWith("tickframe/"))).toEqual(
    [],
  );
  // So that seeing nothing at all does not pass.
  expect(new Set(seen)).toEqual(
    new Set(["acquireRead", "acquireWrite", "tryAcquireRead", "tryAcquireWrite", "withRead", "withWrite"]),
  );
}, 120_000);
