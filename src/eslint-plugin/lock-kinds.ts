import { kindByBinding } from "./kind-by-binding.ts";
import { kindOfType } from "./kind-by-type.ts";
import { typeOf } from "./type-services.ts";
import type { FileSyntax } from "./file-syntax.ts";
import type { LockKind } from "./lock-api.ts";
import type { Node } from "@oxc-project/types";

/**
 * What an expression is to the rules. Its type decides where the compiler knows one; without, the bindings of the file
 * do, and a value whose origin they do not tell is nothing.
 */
export function kindOf(expression: Node, file: FileSyntax): LockKind | undefined {
  const type = file.types && typeOf(expression, file.types);
  return type ? kindOfType(type) : kindByBinding(expression, file);
}
