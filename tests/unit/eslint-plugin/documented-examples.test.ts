import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Linter } from "eslint";
import { parser } from "typed-parser";
import { describe, expect, it } from "vitest";
import { lockRules } from "../../../src/eslint-plugin/index.ts";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../../docs/lock-rules.md"), "utf8");

/** The code behind `Bad:` or `Good:` in the section of a rule. */
function example(rule: string, label: "Bad" | "Good"): string {
  const [, section] = DOCUMENT.split(`\n## ${rule}\n`);
  const [, code] =
    new RegExp(`\n${label}:\n\n\`\`\`ts\n(.*?)\`\`\``, "s").exec(section.split("\n## ")[0]) ?? [];
  return code;
}

/** The rules that object to the code, each once. */
function objecting(code: string, filename: string): readonly (string | null)[] {
  const messages = new Linter().verify(
    code,
    [
      { files: ["**/*.ts"], languageOptions: { parser } },
      { ...lockRules.configs.recommended, files: ["**/*.ts"] },
    ],
    { filename },
  );
  return [...new Set(messages.map(({ ruleId }) => ruleId))];
}

describe.each(Object.keys(lockRules.rules))("the documented examples of %s", (rule) => {
  it("are found where they are bad", () => {
    expect(objecting(example(rule, "Bad"), `${rule}-bad.ts`)).toContain(`tickframe/${rule}`);
  });

  it("are found by no rule where they are good", () => {
    expect(objecting(example(rule, "Good"), `${rule}-good.ts`)).toEqual([]);
  });
});
