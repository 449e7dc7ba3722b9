import type { Linter } from "eslint";

export const parser: Linter.Parser;
