import { parseSync, Visitor } from "oxc-parser";

/** A specifier that a module names, and where. */
export interface ModuleRequest {
  readonly specifier: string;
  readonly line: number;
}

/** What the import rules need to know of one source file. */
export interface SourceModule {
  /** Imports of values and types, re-exports, `import()` of both kinds, and `new URL("./x", import.meta.url)`. */
  readonly requests: readonly ModuleRequest[];
  /** Lines with `export *`. */
  readonly starExports: readonly number[];
  /** Lines with a default export, in any of its forms. */
  readonly defaultExports: readonly number[];
  /** Lines with `import()` of something that is not written out. */
  readonly computedImports: readonly number[];
  /** Lines with a statement that is not a re-export by name. */
  readonly ownStatements: readonly number[];
}

/** Reads one TypeScript source. Throws a `SyntaxError` that names `file` when it does not parse. */
export function parseModule(file: string, source: string): SourceModule {
  const { program, errors } = parseSync(file, source, { lang: "ts", sourceType: "module" });
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0].message}`);
  const lineOf = (node: { start: number }) => source.slice(0, node.start).split("\n").length;

  const requests: ModuleRequest[] = [];
  const starExports: number[] = [];
  const defaultExports: number[] = [];
  const computedImports: number[] = [];
  const request = (node: { start: number }, target: unknown) => {
    const specifier = literalText(target);
    if (specifier === undefined) computedImports.push(lineOf(node));
    else requests.push({ specifier, line: lineOf(node) });
  };

  new Visitor({
    ImportDeclaration: (node) => request(node, node.source),
    ImportExpression: (node) => request(node, node.source),
    TSImportType: (node) => request(node, node.source),
    ExportAllDeclaration: (node) => {
      starExports.push(lineOf(node));
      request(node, node.source);
    },
    ExportDefaultDeclaration: (node) => void defaultExports.push(lineOf(node)),
    ExportNamedDeclaration: (node) => {
      if (node.source) request(node, node.source);
      for (const { exported } of node.specifiers) {
        const name = exported.type === "Literal" ? exported.value : exported.name;
        if (name === "default") defaultExports.push(lineOf(node));
      }
    },
    NewExpression: (node) => {
      const [target, base] = node.arguments;
      const isUrl = node.callee.type === "Identifier" && node.callee.name === "URL" && isImportMetaUrl(base);
      const path = literalText(target);
      if (!isUrl || !path?.startsWith(".")) return;
      // `tsc` leaves such a path alone, so a worker is named as it is once built.
      requests.push({ specifier: path.replace(/\.js$/, ".ts"), line: lineOf(node) });
    },
  }).visit(program);

  const ownStatements = program.body
    .filter((node) => !(node.type === "ExportNamedDeclaration" && node.source))
    .map(lineOf);
  return { requests, starExports, defaultExports, computedImports, ownStatements };
}

interface AnyNode {
  readonly type?: string;
  readonly value?: unknown;
  readonly literal?: AnyNode;
  readonly object?: AnyNode;
  readonly property?: { readonly name?: string };
}

/** The text of a string literal, also where a type stands around it. */
function literalText(node: unknown): string | undefined {
  const { value, literal } = (node ?? {}) as AnyNode;
  if (literal) return literalText(literal);
  return typeof value === "string" ? value : undefined;
}

function isImportMetaUrl(node: unknown): boolean {
  const { type, object, property } = (node ?? {}) as AnyNode;
  return type === "MemberExpression" && object?.type === "MetaProperty" && property?.name === "url";
}
