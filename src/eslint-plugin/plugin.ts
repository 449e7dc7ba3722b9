import { consistentLockOrder } from "./rules/consistent-lock-order.ts";
import { noIoUnderWriteLock } from "./rules/no-io-under-write-lock.ts";
import { noLockInLoop } from "./rules/no-lock-in-loop.ts";
import { noNestedAcquire } from "./rules/no-nested-acquire.ts";
import { noReadInsideWrite } from "./rules/no-read-inside-write.ts";
import { releaseOnEveryPath } from "./rules/release-on-every-path.ts";
import { requireTimeout } from "./rules/require-timeout.ts";
import type { Linter, Rule } from "eslint";

const rules = {
  "consistent-lock-order": consistentLockOrder,
  "no-io-under-write-lock": noIoUnderWriteLock,
  "no-lock-in-loop": noLockInLoop,
  "no-nested-acquire": noNestedAcquire,
  "no-read-inside-write": noReadInsideWrite,
  "release-on-every-path": releaseOnEveryPath,
  "require-timeout": requireTimeout,
};

/** The plugin, as ESLint and oxlint take it. */
export interface LockRules {
  readonly meta: { readonly name: string; readonly namespace: string };
  readonly rules: Record<keyof typeof rules, Rule.RuleModule>;
  readonly configs: {
    /** All rules: what makes a bot hang as errors, what makes it slow or careless as warnings. */
    readonly recommended: Linter.Config;
  };
}

/** What the plugin is called in configurations, and its rules begin with. */
const NAME = "tickframe";

const recommended: Linter.Config = {
  name: "tickframe/recommended",
  plugins: {},
  rules: Object.fromEntries(
    Object.entries(rules).map(([name, { meta }]) => [
      `${NAME}/${name}`,
      meta?.type === "problem" ? "error" : "warn",
    ]),
  ),
};

/** Rules for code that takes tickframe's locks, for ESLint's flat configuration and for oxlint. */
export const lockRules: LockRules = {
  meta: { name: NAME, namespace: NAME },
  rules,
  configs: { recommended },
};

recommended.plugins = { [NAME]: lockRules };
