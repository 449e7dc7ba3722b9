import type { ProfileReport } from "../lock-report.ts";
import { LOCK_METRICS, type LockMetric, type MetricPoint } from "./lock-metrics.ts";

/** Of an instrument nothing is used but that it is one. */
export type OtelInstrument = object;

export interface OtelInstrumentOptions {
  readonly description?: string;
  readonly unit?: string;
}

export interface OtelObservations {
  observe(instrument: OtelInstrument, value: number, attributes?: Record<string, string>): void;
}

/** The part of `Meter` of `@opentelemetry/api` that is used: its own satisfies it, and this package does not need it. */
export interface OtelMeter {
  createObservableCounter(name: string, options?: OtelInstrumentOptions): OtelInstrument;
  createObservableGauge(name: string, options?: OtelInstrumentOptions): OtelInstrument;
  addBatchObservableCallback(
    callback: (observations: OtelObservations) => void,
    instruments: OtelInstrument[],
  ): void;
  removeBatchObservableCallback(
    callback: (observations: OtelObservations) => void,
    instruments: OtelInstrument[],
  ): void;
}

type Observe = (report: ProfileReport, observations: OtelObservations) => void;

interface ObservedMetric {
  readonly instruments: readonly OtelInstrument[];
  readonly observe: Observe;
}

/**
 * Makes `meter` observe what locks cost, by names that begin with `tickframe.lock.`; each collection takes one report. Durations
 * are gauges with a `quantile`, beside counters of how many there were and of their sum. Returns what ends it.
 */
export function registerOtelMetrics(profiler: { report(): ProfileReport }, meter: OtelMeter): () => void {
  const metrics = LOCK_METRICS.map((metric) => observed(metric, meter));
  const instruments = metrics.flatMap((metric) => metric.instruments);
  const callback = (observations: OtelObservations): void => {
    const report = profiler.report();
    for (const { observe } of metrics) observe(report, observations);
  };
  meter.addBatchObservableCallback(callback, instruments);
  return () => meter.removeBatchObservableCallback(callback, instruments);
}

function observed(metric: LockMetric, meter: OtelMeter): ObservedMetric {
  const { help, unit } = metric;
  const name = `tickframe.lock.${metric.name}`;
  const options = { description: help, unit: unit === "s" ? unit : `{${unit}}` };
  if (metric.kind === "durations") return observedDurations(name, metric, meter);
  const instrument =
    metric.kind === "counter"
      ? meter.createObservableCounter(name, options)
      : meter.createObservableGauge(name, options);
  return {
    instruments: [instrument],
    observe: (report, observations) => observeAll(observations, instrument, metric.points(report)),
  };
}

function observedDurations(
  name: string,
  { help, points }: Extract<LockMetric, { kind: "durations" }>,
  meter: OtelMeter,
): ObservedMetric {
  const quantiles = meter.createObservableGauge(name, { description: help, unit: "s" });
  const count = meter.createObservableCounter(`${name}.count`, { description: help, unit: "{duration}" });
  const sum = meter.createObservableCounter(`${name}.sum`, { description: help, unit: "s" });
  const observe: Observe = (report, observations) => {
    for (const { labels, ...point } of points(report)) {
      observations.observe(count, point.count, labels);
      observations.observe(sum, point.sum, labels);
      for (const { quantile, value } of point.quantiles)
        observations.observe(quantiles, value, { ...labels, quantile });
    }
  };
  return { instruments: [quantiles, count, sum], observe };
}

function observeAll(
  observations: OtelObservations,
  instrument: OtelInstrument,
  points: readonly MetricPoint[],
): void {
  for (const { labels, value } of points) observations.observe(instrument, value, labels);
}
