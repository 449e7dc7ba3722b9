import { inspect } from "node:util";
import type pl from "nodejs-polars";
import { TickframeError } from "../../errors.ts";

/** A frame that all readers share was about to be changed in place. */
export class SharedFrameError extends TickframeError {
  override readonly name = "SharedFrameError";
  constructor(change: string) {
    super("SHARED_FRAME", `${change} would change a frame that other readers share; clone() it first`);
  }
}

/**
 * What the native frame of nodejs-polars 0.24.1 does in place; every method of a `DataFrame` that changes it ends in
 * one of these, and what returns a changed frame (`drop`, `rename`, `shrinkToFit`) calls them on a clone.
 */
export const IN_PLACE_METHODS = [
  "dropInPlace",
  "extend",
  "hstackMut",
  "insertAtIdx",
  "rename",
  "replace",
  "replaceAtIdx",
  "shrinkToFit",
  "sortInPlace",
  "vstackMut",
] as const;

/**
 * Takes over `frame`, which nobody else may hold yet, and returns it so that no reader can change what another reads:
 * in-place methods and assignments throw a {@link SharedFrameError}. Everything else works as before, and so does the
 * frame as an argument of other frames' methods. `clone()` gives an ordinary frame; its data are copied when it first
 * changes them.
 */
export function safeFrame(frame: pl.DataFrame): pl.DataFrame {
  const native: object = frame._df;
  readOnlyPrototype ??= readOnly(Object.getPrototypeOf(native));
  // Native methods look at the object, not at its prototype, so refusals in front of them cost a call nothing.
  Object.setPrototypeOf(native, readOnlyPrototype);
  return new Proxy(new Shared(frame), READ_ONLY) as unknown as pl.DataFrame;
}

let readOnlyPrototype: object | undefined;

function readOnly(prototype: object): object {
  const refusals: PropertyDescriptorMap = {
    columns: {
      get(): unknown {
        return Reflect.get(prototype, "columns", this);
      },
      set: () => refuse("assigning columns"),
    },
  };
  for (const method of IN_PLACE_METHODS) refusals[method] = { value: () => refuse(`${method}()`) };
  return Object.create(prototype, refusals);
}

/**
 * What stands behind the proxy. It is no proxy itself, as the frame of polars is, because `console.log` looks behind one
 * proxy only, and would stumble over a second.
 */
class Shared {
  readonly frame: pl.DataFrame;

  constructor(frame: pl.DataFrame) {
    this.frame = frame;
  }

  /** Called on the proxy, and so on the frame. */
  [inspect.custom](this: pl.DataFrame): string {
    return this.toString();
  }
}

/** The frame as it is; but its columns, rows and methods are shared as well, so nothing of it can be assigned. */
const READ_ONLY: ProxyHandler<Shared> = {
  get: ({ frame }, property) => Reflect.get(frame, property) as unknown,
  has: ({ frame }, property) => property in frame,
  ownKeys: ({ frame }) => Reflect.ownKeys(frame),
  getOwnPropertyDescriptor: ({ frame }, property) => Reflect.getOwnPropertyDescriptor(frame, property),
  set: (_, property) => refuse(`assigning ${String(property)}`),
  defineProperty: (_, property) => refuse(`defining ${String(property)}`),
  deleteProperty: (_, property) => refuse(`deleting ${String(property)}`),
  setPrototypeOf: () => refuse("setting the prototype"),
  preventExtensions: () => refuse("freezing"),
};

function refuse(change: string): never {
  throw new SharedFrameError(change);
}
