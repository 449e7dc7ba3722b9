import { readFile } from "node:fs/promises";
import { parseEvents, parseReport, type LockEvent, type ProfileReport } from "../../profiling/index.ts";
import { UsageError } from "../failure.ts";

/** Read from the environment, because all users of a machine see what is on a command line. */
const TOKEN_VARIABLE = "TICKFRAME_METRICS_TOKEN";
const LONGEST_ANSWER_MS = 10_000;

/** A saved file, or a running process by the address of its metrics endpoint. */
export class ProfileSource {
  readonly #name: string;
  readonly #signal: AbortSignal;

  constructor(fileOrUrl: string, signal: AbortSignal) {
    this.#name = fileOrUrl;
    this.#signal = signal;
  }

  get isProcess(): boolean {
    return /^https?:\/\//.test(this.#name);
  }

  report(): Promise<ProfileReport> {
    return this.#parsed("/profile.json", parseReport);
  }

  /** Of a file, it must hold the events; a profile has none. */
  events(): Promise<LockEvent[]> {
    return this.#parsed("/events.json", parseEvents);
  }

  async #parsed<T>(path: string, parse: (json: string) => T): Promise<T> {
    const name = this.isProcess ? this.#addressOf(path).href : this.#name;
    const json = this.isProcess ? await this.#fetched(name) : await this.#read();
    try {
      return parse(json);
    } catch (error) {
      throw new UsageError(`${name} is ${(error as Error).message}`, { cause: error });
    }
  }

  #addressOf(path: string): URL {
    if (!URL.canParse(this.#name)) throw new UsageError(`"${this.#name}" is no address`);
    return new URL(path, this.#name);
  }

  async #fetched(address: string): Promise<string> {
    const token = process.env[TOKEN_VARIABLE];
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(LONGEST_ANSWER_MS)]);
    let response: Response;
    let body: string;
    try {
      response = await fetch(address, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        redirect: "error",
        signal,
      });
      body = await response.text();
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new UsageError(`cannot reach ${address}: ${reasonOf(error)}`, { cause: error });
    }
    if (response.ok) return body;
    const hint = response.status === 401 ? `: set ${TOKEN_VARIABLE}` : "";
    throw new UsageError(`${address} answered ${response.status} ${body.slice(0, 200).trim()}${hint}`);
  }

  async #read(): Promise<string> {
    try {
      return await readFile(this.#name, "utf8");
    } catch (error) {
      throw new UsageError(`cannot read ${this.#name}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message || String((cause as NodeJS.ErrnoException).code);
}
