import { FrameTemplate, wholeDigits, type NumberSlot } from "./frame-template.ts";

/**
 * Makes the frames of one kind of event of one symbol, by patching digits into ready frames. Fill `values`, in the
 * order of the slots, then take the frame: it is valid until the next one is taken.
 */
export class EventMessages {
  readonly values: Float64Array;
  /** For the pattern's `<flag>`. */
  flag = false;
  readonly #slots: readonly NumberSlot[];
  /** By form (bare, wrapped) and flag. */
  readonly #patterns: readonly string[];
  readonly #current: (FrameTemplate | undefined)[] = [undefined, undefined, undefined, undefined];
  readonly #templates = new Map<string, FrameTemplate>();

  constructor(pattern: string, slots: readonly NumberSlot[], stream: string) {
    this.#slots = slots;
    this.values = new Float64Array(slots.length);
    const wrapped = `{"stream":"${stream}","data":${pattern}}`;
    this.#patterns = [pattern, wrapped].flatMap((form) => [
      form.replace("<flag>", "false"),
      form.replace("<flag>", "true"),
    ]);
  }

  frame(isCombined: boolean): Buffer {
    const form = (isCombined ? 2 : 0) + (this.flag ? 1 : 0);
    let template = this.#current[form];
    if (!template?.fits(this.values)) template = this.#current[form] = this.#templateFor(form);
    template.write(this.values);
    return template.bytes;
  }

  #templateFor(form: number): FrameTemplate {
    const widths = this.#slots.map(({ decimals }, slot) => wholeDigits(this.values[slot], decimals));
    const key = `${form} ${widths.join(" ")}`;
    let template = this.#templates.get(key);
    if (!template) {
      template = new FrameTemplate(this.#patterns[form], this.#slots, this.values);
      this.#templates.set(key, template);
    }
    return template;
  }
}
