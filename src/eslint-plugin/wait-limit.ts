import { declarationOf, isNeverReassigned, type FileSyntax } from "./file-syntax.ts";
import { bare, keyName, methodCall } from "./syntax-node.ts";
import type { Node, ObjectExpression } from "@oxc-project/types";

/** Which signals end a wait for sure: those of a timeout, or any. */
export interface SignalTrust {
  readonly anySignal: boolean;
}

/** Whether the options of a wait limit it. Options whose content does not show get the benefit of the doubt. */
export function isLimited(options: Node | undefined, trust: SignalTrust, file: FileSyntax): boolean {
  if (options === undefined) return false;
  const written = writtenOut(options, file);
  if (written.type === "Identifier") return written.name !== "undefined";
  return written.type !== "ObjectExpression" || hasLimit(written, trust, file);
}

function hasLimit({ properties }: ObjectExpression, trust: SignalTrust, file: FileSyntax): boolean {
  return properties.some((property) => {
    if (property.type === "SpreadElement") return isLimited(property.argument, trust, file);
    const value = bare(property.value);
    switch (keyName(property)) {
      case "timeoutMs":
        return !(value.type === "Identifier" && /^(Infinity|undefined)$/.test(value.name));
      case "signal":
        return trust.anySignal || endsInTime(writtenOut(value, file), file);
      default:
        return false;
    }
  });
}

/** `AbortSignal.timeout(…)`, alone or within `AbortSignal.any([…])`. */
function endsInTime(signal: Node, file: FileSyntax): boolean {
  const call = signal.type === "CallExpression" ? methodCall(signal) : undefined;
  if (signal.type !== "CallExpression" || call?.receiver.type !== "Identifier") return false;
  if (call.receiver.name !== "AbortSignal") return false;
  if (call.method === "timeout") return true;
  const [list] = signal.arguments;
  return (
    call.method === "any" &&
    list?.type === "ArrayExpression" &&
    list.elements.some((each) => each !== null && endsInTime(writtenOut(each, file), file))
  );
}

/** What a name was declared with, where that is written out and stays so. */
function writtenOut(expression: Node, file: FileSyntax): Node {
  const node = bare(expression);
  const variable = node.type === "Identifier" ? file.variable(node.name, node) : undefined;
  const declared = variable && isNeverReassigned(variable) ? declarationOf(variable) : undefined;
  const isPlain = declared?.node.type === "VariableDeclarator" && declared.node.id === declared.name;
  return isPlain && declared.node.type === "VariableDeclarator" && declared.node.init
    ? bare(declared.node.init)
    : node;
}
