import type { FileSyntax } from "./file-syntax.ts";
import type { Node } from "@oxc-project/types";

/** What a comment can stand before: a statement, a member of a class, a property of an object. */
const MARKABLE = /(Statement|Declaration|Definition|Property)$/;

/** Whether the code around a node is marked by a comment with `@critical` right before it. */
export function isCritical(node: Node, file: FileSyntax): boolean {
  for (let at: Node | null | undefined = node; at; at = at.parent) {
    if (MARKABLE.test(at.type) && file.commentsBefore(at).some(isMark)) return true;
  }
  return false;
}

function isMark(comment: string): boolean {
  return /(^|[\s*])@critical(?![\w-])/.test(comment);
}
