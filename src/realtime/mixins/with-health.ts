import type { ManagerHealth, ManagerStats } from "../frames/health-report.ts";
import type { HasParts, Mixin } from "./mixin.ts";

/** How the feed is doing, and what became of every message. */
export interface Health {
  /** State of the connection, missing trades, backlog: a copy of now. */
  health(): ManagerHealth;
  /** Counters since the manager was opened: a copy of now. */
  stats(): ManagerStats;
}

export const withHealth: Mixin<HasParts, Health> = (Base) =>
  class extends Base implements Health {
    health(): ManagerHealth {
      return this.parts.health();
    }

    stats(): ManagerStats {
      return this.parts.stats();
    }
  };
