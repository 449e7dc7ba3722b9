import { dirname, sep } from "node:path";
import { pathToFileURL } from "node:url";

const SOURCES = dirname(import.meta.dirname);
/** Where the sources of this package lie, as a stack names them: by path or by URL. */
const OWN = [`${SOURCES}${sep}`, `${pathToFileURL(SOURCES).href}/`];
/** What takes locks for others. */
const FOLDERS_OF_LOCKS = ["locks", "profiling"];
const FRAMES = 16;

/**
 * The place from which the running code was called, as `function file:line:column`: the first outside of this package,
 * awaiting callers included, or else the first of the package that is neither lock nor profiler. Costs some µs.
 *
 * Where Node maps sources (`--enable-source-maps`), it is the place in the source.
 */
export function callSite(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return siteOf(stack);
}

/** The same of a stack that was taken before. */
export function siteOf(stack: string): string | undefined {
  const frames = stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && !/\((?:node:|native)|at node:|<anonymous>\)?$/.test(line));
  const frame = frames.find((line) => !isOwn(line)) ?? frames.find((line) => !isOfLocks(line));
  return frame === undefined ? undefined : placeOf(frame);
}

function isOwn(frame: string): boolean {
  return OWN.some((folder) => frame.includes(folder));
}

function isOfLocks(frame: string): boolean {
  return OWN.some((folder, i) =>
    FOLDERS_OF_LOCKS.some((name) => frame.includes(`${folder}${name}${i === 0 ? sep : "/"}`)),
  );
}

/** `at async f (file:1:2)` and `at file:1:2` without what says nothing. */
function placeOf(frame: string): string {
  const [, name, place] = /^\s+at (?:async )?(?:(.*?) \()?(.*?)\)?$/.exec(frame) ?? [];
  const path = place?.startsWith("file://") ? place.replace(/^file:\/\//, "") : (place ?? frame.trim());
  return name ? `${name} ${path}` : path;
}
