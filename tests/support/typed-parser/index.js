// The project's own TypeScript has no compiler API, which this parser needs: so it is installed beside one of its own.
import * as parser from "@typescript-eslint/parser";

export { parser };
