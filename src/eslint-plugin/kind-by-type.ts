import { KIND_OF_TYPE, type LockKind } from "./lock-api.ts";
import { placeInPackage } from "./place-in-package.ts";
import { typeParts, type TypeSymbol, type Type } from "./type-services.ts";

/** Where the package keeps what it exports, built and as source. */
const OURS = /^(dist|src)\//;

/** What a type is to the rules: by where it is declared, so that a namesake of another package is nothing. */
export function kindOfType(type: Type): LockKind | undefined {
  for (const { symbol } of typeParts(type)) {
    if (symbol && Object.hasOwn(KIND_OF_TYPE, symbol.name) && isOurs(symbol))
      return KIND_OF_TYPE[symbol.name];
  }
  return undefined;
}

function isOurs({ declarations = [] }: TypeSymbol): boolean {
  return declarations.some((declaration) => {
    const place = placeInPackage(declaration.getSourceFile().fileName);
    return place?.name === "tickframe" && OURS.test(place.path);
  });
}
