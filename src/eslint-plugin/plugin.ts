import { noIoUnderWriteLock } from "./rules/no-io-under-write-lock.ts";
import { noReadInsideWrite } from "./rules/no-read-inside-write.ts";
import { releaseOnEveryPath } from "./rules/release-on-every-path.ts";
import type { ESLint, Linter } from "eslint";

const rules = {
  "no-io-under-write-lock": noIoUnderWriteLock,
  "no-read-inside-write": noReadInsideWrite,
  "release-on-every-path": releaseOnEveryPath,
};

/** What the plugin is called in configurations, and its rules begin with. */
const NAME = "tickframe";

const recommended: Linter.Config = {
  name: "tickframe/recommended",
  plugins: {},
  rules: Object.fromEntries(Object.keys(rules).map((rule) => [`${NAME}/${rule}`, "error"])),
};

/** Rules for code that takes tickframe's locks, for ESLint's flat configuration and for oxlint. */
export const lockRules = {
  meta: { name: NAME, namespace: NAME },
  rules,
  configs: { recommended },
} satisfies ESLint.Plugin;

recommended.plugins = { [NAME]: lockRules };
