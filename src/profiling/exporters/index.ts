export {
  chromeTrace,
  type ChromeTrace,
  type ChromeTraceEvent,
  type ChromeTraceOptions,
} from "./chrome-trace.ts";
export {
  registerOtelMetrics,
  type OtelInstrument,
  type OtelInstrumentOptions,
  type OtelMeter,
  type OtelObservations,
} from "./otel-metrics.ts";
export { parseEvents, parseReport, ReportFormatError } from "./parse-report.ts";
export { pprofProfile } from "./pprof-profile.ts";
export { PROMETHEUS_CONTENT_TYPE, prometheusText, type PrometheusOptions } from "./prometheus-text.ts";
export { MetricsServer, serveMetrics, type MetricsOptions, type MetricsSource } from "./serve-metrics.ts";
export {
  speedscopeProfile,
  type SpeedscopeFile,
  type SpeedscopeFrame,
  type SpeedscopeSamples,
} from "./speedscope-profile.ts";
