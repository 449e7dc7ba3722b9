export { SimulatedVenue } from "./simulated-venue.ts";
export type { OrderedTrade, SimulatedVenueStats } from "./simulated-venue.ts";
export type { PlayAmount } from "./market-player.ts";
export type { AdmissionFault, ConnectionFault, Fault, RestFault } from "./fault.ts";
export type { MessageFault } from "./message-faults.ts";
export { TradeLog } from "./trade-log.ts";
export type { SimulatedTrade } from "./trade-log.ts";
export type {
  HistoryOptions,
  SimulatedSymbol,
  SimulatedVenueOptions,
  VenueFlavour,
} from "./venue-options.ts";
export { ServedTape } from "./served-tape.ts";
export type { ServedTapeOptions, ServedTapeStats } from "./served-tape.ts";
