import type { RealtimeDataManager } from "../index.ts";

/** Tells, in a line each, what goes wrong with a running feed, and when it is well again. */
export function onTrouble(manager: RealtimeDataManager, tell: (line: string) => void): void {
  manager.on("disconnected", ({ reason, retryInMs }) => {
    // Without a retry it was closed on purpose.
    if (retryInMs !== undefined)
      tell(`disconnected: ${reason}; next try in ${(retryInMs / 1_000).toFixed(1)} s`);
  });
  manager.on("connected", ({ generation }) => {
    if (generation > 1) tell("connected again");
  });
  manager.on("stale", ({ silentMs }) => tell(`no data for ${Math.round(silentMs / 1_000)} s`));
  manager.on("gap", ({ symbol, fromTradeId, toTradeId }) =>
    tell(`${symbol}: trades ${fromTradeId} to ${toTradeId} are missing`),
  );
  manager.on("error", (error) => tell(error.message));
}
