import type { Rule, SourceCode } from "eslint";
import type { Node } from "@oxc-project/types";
import { FileSyntax } from "./file-syntax.ts";
import { heldCalls, type HeldCall } from "./held-code.ts";
import { lockCall, type LockCall } from "./lock-call.ts";

/** What all rules know of a file; found once, by the first that asks. */
export interface LockScan {
  readonly file: FileSyntax;
  /** Every call that takes a lock, in the order of the text. */
  readonly calls: readonly LockCall[];
  /** Every call that runs under one of them; once for each lock it runs under. */
  readonly held: readonly HeldCall[];
  /** The lock that a call takes. */
  readonly lockCallOf: (node: Node) => LockCall | undefined;
}

// By the syntax, because oxlint has one object for the code of all files.
const scans = new WeakMap<SourceCode["ast"], LockScan>();

export function scanLocks(context: Rule.RuleContext): LockScan {
  const known = scans.get(context.sourceCode.ast);
  if (known) return known;
  const file = new FileSyntax(context);
  const calls = [...lockCalls(file.program, file)];
  const byNode = new Map<Node, LockCall>(calls.map((call) => [call.node, call]));
  const held = calls.flatMap((call) => heldCalls(call, file));
  const scan: LockScan = { file, calls, held, lockCallOf: (node) => byNode.get(node) };
  scans.set(context.sourceCode.ast, scan);
  return scan;
}

function* lockCalls(node: Node, file: FileSyntax): Generator<LockCall> {
  const call = node.type === "CallExpression" ? lockCall(node, file) : undefined;
  if (call) yield call;
  for (const child of file.children(node)) yield* lockCalls(child, file);
}
