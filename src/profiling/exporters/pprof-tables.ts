import { codePlace, type CodePlace } from "./code-place.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";

/** Fields of `perftools.profiles.Profile`, and of what its tables hold. */
const PROFILE = { location: 4, function: 5, stringTable: 6 };
const LOCATION = { id: 1, line: 4 };
const LINE = { functionId: 1, line: 2, column: 3 };
const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4 };

/** What samples refer to by number: texts from 0, functions and locations from 1. */
export class PprofTables {
  /** The first is empty, as the format wants it. */
  readonly #texts = new Map<string, number>([["", 0]]);
  readonly #functions = new Map<string, number>();
  readonly #locations = new Map<string, number>();
  readonly #encoded = new ProtobufWriter();

  text(text: string): number {
    return numbered(this.#texts, text, 0);
  }

  /** The location of what has a name and no place in the code. */
  frame(name: string): number {
    return this.#location(`frame ${name}`, { name, file: undefined, line: 0, column: 0 });
  }

  /** The location of a place. */
  site(site: string): number {
    return this.#location(`site ${site}`, codePlace(site));
  }

  /** Call it last: what is referred to later is not in it. */
  writeTo(profile: ProtobufWriter): void {
    profile.append(this.#encoded);
    for (const text of this.#texts.keys()) profile.text(PROFILE.stringTable, text);
  }

  #location(key: string, place: CodePlace): number {
    const isNew = !this.#locations.has(key);
    const id = numbered(this.#locations, key, 1);
    if (!isNew) return id;
    const line = new ProtobufWriter()
      .int(LINE.functionId, this.#function(place))
      .int(LINE.line, place.line)
      .int(LINE.column, place.column);
    const location = new ProtobufWriter().int(LOCATION.id, id).message(LOCATION.line, line);
    this.#encoded.message(PROFILE.location, location);
    return id;
  }

  #function({ name, file = "" }: CodePlace): number {
    const key = `${name}\n${file}`;
    const isNew = !this.#functions.has(key);
    const id = numbered(this.#functions, key, 1);
    if (!isNew) return id;
    const encoded = new ProtobufWriter()
      .int(FUNCTION.id, id)
      .int(FUNCTION.name, this.text(name))
      .int(FUNCTION.systemName, this.text(name))
      .int(FUNCTION.filename, this.text(file));
    this.#encoded.message(PROFILE.function, encoded);
    return id;
  }
}

/** The number of a key: its own, or the next from `first` up. */
function numbered(numbers: Map<string, number>, key: string, first: number): number {
  const number = numbers.get(key) ?? numbers.size + first;
  numbers.set(key, number);
  return number;
}
