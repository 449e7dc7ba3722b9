/** What a client of the bench is asked. */
export interface Receiver {
  /** Messages this far; the bench ends when it reaches what was sent. */
  received(): number;
  /** Called after the end: what shows that all of it arrived. Throws when something is wrong with it. */
  prove(): string | Promise<string>;
}

/** Connects to the server and subscribes to all symbols; may resolve before the subscription is answered. */
export type OpenReceiver = (port: number, trades: number) => Receiver | Promise<Receiver>;

/** @throws Error when not every trade arrived. */
export function expectAll(name: string, received: number, trades: number): string {
  if (received !== trades) throw new Error(`${name} received ${received} of ${trades} trades`);
  return `all ${trades}`;
}
