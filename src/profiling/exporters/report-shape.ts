/** Throws a {@link ShapeError} when `value`, which is at `path`, is not of the shape. */
export type Shape = (value: unknown, path: string) => void;

/** A value is not what it must be; the message says which, and what it was. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  constructor(path: string, expected: string, value: unknown) {
    super(`${path === "" ? "it" : path} must be ${expected}, was ${shown(value)}`);
  }
}

export const text: Shape = (value, path) => {
  if (typeof value !== "string") throw new ShapeError(path, "a text", value);
};

/** A number up to what a number can count to: beyond, formats with whole numbers could not hold it. */
export const amount: Shape = (value, path) => {
  if (typeof value !== "number" || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER))
    throw new ShapeError(path, "a number of 0 or more", value);
};

export const count: Shape = (value, path) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new ShapeError(path, "a whole number of 0 or more", value);
};

/** Milliseconds since the epoch, up to the year 2262: their nanoseconds fit 64 bits. */
export const timeOfDay: Shape = (value, path) => {
  if (typeof value !== "number" || !(value >= 0 && value <= 9.2e12))
    throw new ShapeError(path, "a time of day in ms since 1970", value);
};

export function oneOf(...choices: readonly (string | number)[]): Shape {
  return (value, path) => {
    if (!choices.includes(value as string))
      throw new ShapeError(path, choices.map((each) => JSON.stringify(each)).join(" or "), value);
  };
}

export function optional(shape: Shape): Shape {
  return (value, path) => {
    if (value !== undefined) shape(value, path);
  };
}

export function listOf(shape: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ShapeError(path, "a list", value);
    value.forEach((each, i) => shape(each, `${path}[${i}]`));
  };
}

/** A shape for each field of `T`. */
export type FieldsOf<T> = { readonly [Key in keyof T]-?: Shape };

/** An object with at least these fields: later versions may add some. */
export function objectOf(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ShapeError(path, "an object", value);
    for (const [key, shape] of Object.entries(fields))
      shape((value as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`);
  };
}

const LONGEST_SHOWN = 40;

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const json = JSON.stringify(value);
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}…` : json;
}
