import type { Node } from "@oxc-project/types";

/**
 * What the rules ask of TypeScript's compiler, in its own terms. The parser brings the compiler, so nothing of it is
 * imported here.
 */
export interface TypeServices {
  readonly program: { getTypeChecker(): Checker };
  readonly esTreeNodeToTSNodeMap: { get(node: Node): SourceNode | undefined };
}

export interface Checker {
  getTypeAtLocation(node: SourceNode): Type;
  getSymbolAtLocation(node: SourceNode): TypeSymbol | undefined;
  getAliasedSymbol(symbol: TypeSymbol): TypeSymbol;
  getBaseConstraintOfType(type: Type): Type | undefined;
}

export interface Type {
  readonly flags: number;
  readonly symbol?: TypeSymbol;
  /** The parts of a union or an intersection. */
  readonly types?: readonly Type[];
  getBaseTypes?(): readonly Type[] | undefined;
}

export interface TypeSymbol {
  readonly name: string;
  readonly flags: number;
  readonly declarations?: readonly SourceNode[];
}

export interface SourceNode {
  readonly pos: number;
  readonly name?: { readonly text?: string };
  readonly parent?: SourceNode;
  getSourceFile(): SourceFile;
}

export interface SourceFile {
  readonly fileName: string;
}

/** `ts.TypeFlags.Any`: also what an import that cannot be resolved has. */
const ANY_TYPE = 1;
/** `ts.SymbolFlags.Alias`. */
const ALIAS_SYMBOL = 2_097_152;

/** Type of an expression; `undefined` when the compiler does not know it. */
export function typeOf(node: Node, { program, esTreeNodeToTSNodeMap }: TypeServices): Type | undefined {
  const source = esTreeNodeToTSNodeMap.get(node);
  if (source === undefined) return undefined;
  const checker = program.getTypeChecker();
  const type = checker.getTypeAtLocation(source);
  const known = checker.getBaseConstraintOfType(type) ?? type;
  return known.flags & ANY_TYPE ? undefined : known;
}

/** What a name or a member means, behind whatever imports it. */
export function symbolOf(
  node: Node,
  { program, esTreeNodeToTSNodeMap }: TypeServices,
): TypeSymbol | undefined {
  const source = esTreeNodeToTSNodeMap.get(node);
  const checker = program.getTypeChecker();
  const symbol = source && checker.getSymbolAtLocation(source);
  return symbol && symbol.flags & ALIAS_SYMBOL ? checker.getAliasedSymbol(symbol) : symbol;
}

/** A type with all it is made of or derived from. */
export function* typeParts(type: Type): Generator<Type> {
  yield type;
  for (const part of type.types ?? type.getBaseTypes?.() ?? []) yield* typeParts(part);
}
