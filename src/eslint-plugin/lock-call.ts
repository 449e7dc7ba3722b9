import { kindOf } from "./lock-kinds.ts";
import { lockMethod, mayTakeLock, type LockMethod, type LockMode } from "./lock-api.ts";
import { lockName, type LockName } from "./lock-name.ts";
import { bare, keyName, methodCall } from "./syntax-node.ts";
import type { FileSyntax } from "./file-syntax.ts";
import type { CallExpression, Node } from "@oxc-project/types";

/** A call that takes one lock, or with `withAll` several at once. */
export interface LockCall {
  readonly node: CallExpression;
  readonly method: string;
  readonly mode: LockMode;
  readonly form: LockMethod["form"];
  /** Whether the caller may wait for it. */
  readonly waits: boolean;
  readonly locks: readonly LockName[];
  /** What runs while it is held, of a call that takes a function. */
  readonly bodies: readonly Node[];
  /** The argument for the options, when there is one. */
  readonly options: Node | undefined;
  /** Which place the options have among the arguments. */
  readonly optionsIndex: number;
}

/** What lock a call takes, and how; `undefined` for any other call. */
export function lockCall(node: CallExpression, file: FileSyntax): LockCall | undefined {
  const call = methodCall(node);
  if (call === undefined || !mayTakeLock(call.method)) return undefined;
  const kind = kindOf(call.receiver, file);
  const how = kind && lockMethod(kind, call.method);
  if (how === undefined) return undefined;
  const key = how.key === undefined ? undefined : node.arguments[how.key];
  return {
    node,
    method: call.method,
    mode: how.mode,
    form: how.form,
    waits: how.waits,
    ...(call.method === "withAll"
      ? requested(call.receiver, key, file)
      : { locks: [lockName(call.receiver, key, file)] }),
    bodies: how.bodies.map((index) => node.arguments[index]).filter((body) => body !== undefined),
    options: node.arguments[how.options],
    optionsIndex: how.options,
  };
}

/** The locks of a list that is written out, and whether any is taken for write; else one lock that cannot be told. */
function requested(
  receiver: Node,
  list: Node | undefined,
  file: FileSyntax,
): { readonly locks: readonly LockName[]; readonly mode: LockMode } {
  const node = list && bare(list);
  const requests =
    node?.type === "ArrayExpression" ? node.elements.map((each) => requestOf(each)) : [undefined];
  const isForReading = requests.every((request) => request?.mode === "read");
  return {
    locks: requests.map((request) => lockName(receiver, request?.key ?? list, file)),
    mode: isForReading ? "read" : "write",
  };
}

function requestOf(node: Node | null): { readonly key: Node; readonly mode: unknown } | undefined {
  const request = node && bare(node);
  if (request?.type !== "ObjectExpression") return undefined;
  const valueOf = (name: string) => {
    const property = request.properties.find((each) => each.type === "Property" && keyName(each) === name);
    return property?.type === "Property" ? bare(property.value) : undefined;
  };
  const [key, mode] = [valueOf("key"), valueOf("mode")];
  return key && { key, mode: mode?.type === "Literal" ? mode.value : undefined };
}

/** The lock that both calls surely take. */
export function sharedLock(a: LockCall, b: LockCall): LockName | undefined {
  return b.locks.find(({ instance }) => a.locks.some((lock) => lock.instance === instance));
}

/** Whether whoever holds the lock of `holder` for write takes it for read again. */
export function isReadInsideWrite(holder: LockCall, heldFor: LockMode, inner: LockCall): boolean {
  return heldFor === "write" && inner.mode === "read" && sharedLock(holder, inner) !== undefined;
}
