import { rangeOf } from "./syntax-node.ts";
import type { Rule, Scope, SourceCode } from "eslint";
import type { Node } from "@oxc-project/types";
import type { TypeServices } from "./type-services.ts";

/**
 * A file as the rules see it: text, syntax, scopes and, where the parser gives them, types. ESLint types the syntax as
 * plain JavaScript; this is the one place where it becomes what the parsers of TypeScript give.
 */
export class FileSyntax {
  readonly filename: string;
  readonly #code: SourceCode;

  constructor(context: Rule.RuleContext) {
    this.filename = context.physicalFilename;
    this.#code = context.sourceCode;
  }

  get program(): Node {
    return this.#code.ast as unknown as Node;
  }

  /** The compiler behind the parser; `undefined` where there is none. */
  get types(): TypeServices | undefined {
    const services = this.#code.parserServices as Partial<TypeServices> | undefined;
    return services?.program ? (services as TypeServices) : undefined;
  }

  text(node: Node): string {
    return this.#code.getText(estree(node));
  }

  line(node: Node): number {
    return this.#code.getLoc(estree(node)).start.line;
  }

  column(node: Node): number {
    return this.#code.getLoc(estree(node)).start.column;
  }

  /** The variables that a statement declares. */
  declared(node: Node): readonly Scope.Variable[] {
    const nodes = node.type === "VariableDeclaration" ? node.declarations : [node];
    return nodes.flatMap((each) => this.#code.getDeclaredVariables(estree(each)));
  }

  /** Texts of the comments right before the node. */
  commentsBefore(node: Node): string[] {
    return this.#code.getCommentsBefore(estree(node)).map(({ value }) => value);
  }

  /** The nodes directly below, in the order of the text. */
  children(node: Node): Node[] {
    const keys = this.#code.visitorKeys[node.type] ?? [];
    return keys.flatMap((key) => {
      const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
      return (Array.isArray(child) ? child : [child]).filter((each) => each !== null && each !== undefined);
    });
  }

  /** The variable that a name means at the node. */
  variable(name: string, node: Node): Scope.Variable | undefined {
    for (let scope: Scope.Scope | null = this.#code.getScope(estree(node)); scope; scope = scope.upper) {
      const variable = scope.set.get(name);
      if (variable) return variable;
    }
    return undefined;
  }

  /** Whether the name is one that the file did not make itself. */
  isGlobal(name: string, node: Node): boolean {
    const variable = this.variable(name, node);
    return variable === undefined || variable.defs.length === 0;
  }
}

/** The node as ESLint types it. */
export function estree(node: Node): Rule.Node {
  return node as unknown as Rule.Node;
}

/** Where a variable is read or written, in the order of the text. */
export function referencesOf(variable: Scope.Variable): readonly Node[] {
  return variable.references
    .map(({ identifier }) => identifier as unknown as Node)
    .sort((a, b) => rangeOf(a)[0] - rangeOf(b)[0]);
}

/** What a variable is declared by: a declarator, a parameter's function, a class, an import. */
export interface Declaration {
  readonly type: Scope.Definition["type"];
  readonly node: Node;
  /** The import, for one; the declaration of a declarator. */
  readonly parent: Node | null | undefined;
  /** The name where it is declared. */
  readonly name: Node;
}

/** What declares a variable; `undefined` when nothing or more than one thing does. */
export function declarationOf(variable: Scope.Variable): Declaration | undefined {
  return variable.defs.length === 1 ? (variable.defs[0] as unknown as Declaration) : undefined;
}

/** Whether a variable keeps the value it was declared with. */
export function isNeverReassigned(variable: Scope.Variable): boolean {
  return variable.references.every((reference) => !reference.isWrite() || reference.init === true);
}
