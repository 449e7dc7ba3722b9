import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { DEFAULT_EXPORTS, EMPTY_NAMES, isInside, layerOf, LAYERS, RESTRICTED_PACKAGES } from "./layers.ts";
import { parseModule, type ModuleRequest, type SourceModule } from "./source-module.ts";

/** What the rules look at: a project folder with `src` and `package.json`. */
interface Project {
  readonly name: string;
  readonly root: string;
  /** Sources behind the package's `exports`, relative to `src`. */
  readonly entryPoints: ReadonlySet<string>;
}

/**
 * Everything in `<root>/src` that breaks the shape of the project, a line each as `file:line: what and why`.
 * Empty when all is well.
 */
export function findViolations(root: string): string[] {
  const project = readProject(root);
  return listSources(root).flatMap((file) => {
    const module = parseModule(file, readFileSync(join(root, "src", file), "utf8"));
    return [
      ...placeViolations(file),
      ...exportViolations(file, module),
      ...importViolations(file, module, project),
    ];
  });
}

/** TypeScript files under `src`, with forward slashes, in order. */
export function listSources(root: string): string[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll(sep, "/"))
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .sort();
}

function readProject(root: string): Project {
  const { name, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    name: string;
    exports: Record<string, string | { default: string }>;
  };
  const built = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? [] : [target.default],
  );
  const entryPoints = new Set(built.map((path) => path.replace("./dist/", "").replace(/\.js$/, ".ts")));
  return { name, root, entryPoints };
}

function placeViolations(file: string): string[] {
  const violations: string[] = [];
  if (layerOf(file) === undefined) {
    violations.push(`${file}:1: has no layer; give it a place in tests/architecture/layers.ts`);
  }
  const empty = file
    .split("/")
    .find((part) => EMPTY_NAMES.includes(part) || EMPTY_NAMES.includes(part.replace(/\.ts$/, "")));
  if (empty !== undefined) violations.push(`${file}:1: "${empty}" does not name what is inside`);
  return violations;
}

function exportViolations(file: string, module: SourceModule): string[] {
  const isIndex = posix.basename(file) === "index.ts";
  return [
    ...module.starExports.map((line) => `${file}:${line}: "export *" hides what is public; export by name`),
    ...(DEFAULT_EXPORTS.includes(file) ? [] : module.defaultExports).map(
      (line) => `${file}:${line}: default export; export by name`,
    ),
    ...module.computedImports.map(
      (line) => `${file}:${line}: import() of a computed path; write the path out`,
    ),
    ...(isIndex ? module.ownStatements : [])
      .filter((line) => !module.starExports.includes(line))
      .map((line) => `${file}:${line}: an index only re-exports by name`),
  ];
}

function importViolations(file: string, module: SourceModule, project: Project): string[] {
  return module.requests.flatMap(({ specifier, line }: ModuleRequest) => {
    const reason = specifier.startsWith(".")
      ? refuseRelative(file, specifier, project)
      : refusePackage(file, specifier, project);
    return reason === undefined ? [] : [`${file}:${line}: imports ${specifier}: ${reason}`];
  });
}

/** Why `file` may not import the relative `specifier`, or `undefined` when it may. */
function refuseRelative(file: string, specifier: string, { root, entryPoints }: Project): string | undefined {
  const target = posix.join(posix.dirname(file), specifier);
  if (target.startsWith("../")) return target === "../package.json" ? undefined : "it lies outside src";
  if (!existsSync(join(root, "src", target))) return "there is no such file";
  const layer = layerOf(file);
  if (layer === undefined) return undefined; // Said once, for its place.
  if (isInside(target, layer)) return undefined;
  if (layer === "cli/")
    return entryPoints.has(target) ? undefined : "cli/ imports only the package's entry points";
  if (LAYERS[layer].some((place) => isInside(target, place))) return undefined;
  return `${layer} may not import ${layerOf(target) ?? target}`;
}

/** Why `file` may not import the package `specifier`, or `undefined` when it may. */
function refusePackage(file: string, specifier: string, { name }: Project): string | undefined {
  const isPackage = (wanted: string) => specifier === wanted || specifier.startsWith(`${wanted}/`);
  if (isPackage(name)) return "inside the package, import the file";
  const restricted = Object.keys(RESTRICTED_PACKAGES).find(isPackage);
  if (restricted === undefined) return undefined;
  if (RESTRICTED_PACKAGES[restricted].some((place) => isInside(file, place))) return undefined;
  return `only ${RESTRICTED_PACKAGES[restricted].join(", ")} may import it`;
}
