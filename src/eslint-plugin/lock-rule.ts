import { scanLocks, type LockScan } from "./lock-scan.ts";
import type { Rule } from "eslint";

/** What a rule is, apart from what it looks for. */
export interface LockRuleMeta {
  readonly description: string;
  /** @defaultValue "problem" */
  readonly type?: "problem" | "suggestion";
  readonly messages: Readonly<Record<string, string>>;
  /** Properties of the one object that is its options, as JSON schema. */
  readonly options?: Readonly<Record<string, object>>;
  readonly fixable?: "code";
  readonly hasSuggestions?: boolean;
}

/** A rule that looks at a file once, when all of it was read. */
export function lockRule<Options extends object>(
  { description, type = "problem", messages, options = {}, fixable, hasSuggestions = false }: LockRuleMeta,
  check: (scan: LockScan, context: Rule.RuleContext, options: Partial<Options>) => void,
): Rule.RuleModule {
  return {
    meta: {
      type,
      docs: { description, recommended: true },
      messages: { ...messages },
      schema: [{ type: "object", properties: { ...options }, additionalProperties: false }],
      hasSuggestions,
      ...(fixable && { fixable }),
    },
    create: (context) => ({
      "Program:exit"() {
        const [given = {}] = context.options as [Partial<Options>?];
        check(scanLocks(context), context, given);
      },
    }),
  };
}
