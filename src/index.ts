export { RealtimeDataManager } from "./realtime/realtime-data-manager.ts";
export { systemClock, VirtualClock } from "./clock.ts";
export {
  ClosedError,
  TapeError,
  TickframeError,
  UnknownSymbolError,
  UnknownTimeframeError,
  UnknownVenueError,
  VenueConnectionError,
  VenueRequestError,
} from "./errors.ts";
export { AsyncRWLock, LockTimeoutError } from "./locks/index.ts";
export { LockProfiler } from "./profiling/index.ts";
export { BacklogFullError } from "./realtime/frames/symbol-writer.ts";
export { FrameReads } from "./realtime/frames/frame-reads.ts";
export { SharedFrameError } from "./realtime/frames/safe-frame.ts";
export { Timeframe } from "./realtime/market/timeframe.ts";
export { TickRing } from "./realtime/ring/tick-ring.ts";
export { TickRingReader } from "./realtime/ring/tick-ring-reader.ts";
export { TickOverflowError, TickStream } from "./realtime/ring/tick-stream.ts";
export type { Clock, Timer } from "./clock.ts";
export type {
  AdaptiveGuardOptions,
  AsyncRWLockOptions,
  FrameGuardKind,
  FrameGuardOptions,
  FrameGuardStats,
  GuardSwitch,
  LockGuard,
  LockMode,
  LockWaitOptions,
} from "./locks/index.ts";
export type {
  BlameReport,
  DurationReport,
  LockModeReport,
  LockProfilerOptions,
  LockReport,
  LongestHold,
  ProfileReport,
  ProfilerCost,
  ProfilerLevel,
  SiteReport,
} from "./profiling/index.ts";
export type { EmptyIntervals } from "./realtime/bars/symbol-bars.ts";
export type { FeedHealth, RejectReason } from "./realtime/feed/feed.ts";
export type { Venue } from "./realtime/feed/venue.ts";
export type { Ohlc, PriceRange, VolumeStats } from "./realtime/frames/bar-summaries.ts";
export type {
  ManagerHealth,
  ManagerStats,
  SymbolHealth,
  SymbolStats,
} from "./realtime/frames/health-report.ts";
export type { ManagerEvent, ManagerEvents } from "./realtime/manager-events.ts";
export type { ManagerOptions } from "./realtime/manager-options.ts";
export type { OpenOptions } from "./realtime/realtime-data-manager.ts";
export type { Bar } from "./realtime/market/bar.ts";
export type { Gap } from "./realtime/market/gap.ts";
export type { Quote } from "./realtime/market/quote.ts";
export type { Side, Tick } from "./realtime/market/tick.ts";
export type { TimeframeUnit } from "./realtime/market/timeframe.ts";
export type { DataAccess } from "./realtime/mixins/with-data-access.ts";
export type { Health } from "./realtime/mixins/with-health.ts";
export type { LockReports } from "./realtime/mixins/with-lock-reports.ts";
export type { MarketReads } from "./realtime/mixins/with-market-reads.ts";
export type { Subscriptions } from "./realtime/mixins/with-subscriptions.ts";
export type { MessageCounts, TradeCounts } from "./realtime/ring/intake-counts.ts";
export type { RecentColumns } from "./realtime/ring/recent-columns.ts";
export type { RingOverflow, TickRingOptions } from "./realtime/ring/tick-ring.ts";
export type { TickColumns } from "./realtime/ring/tick-columns.ts";
export type { StreamOverflow, TickStreamOptions } from "./realtime/ring/tick-stream.ts";
