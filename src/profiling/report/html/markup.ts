import { escapedHtml } from "../../../escaped-html.ts";

/** HTML that is safe to stand in a page: made by {@link html} alone. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Part = string | number | Markup | undefined | readonly Markup[];

/** A template whose values are escaped, for text and for attributes in double quotes; markup, and lists of it, go in as they are. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(texts.map((text, i) => (i === 0 ? text : written(parts[i - 1]) + text)).join(""));
}

function written(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.toString();
  if (typeof part === "object") return part.join("");
  return escapedHtml(String(part));
}
