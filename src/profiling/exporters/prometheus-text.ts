import type { ProfileReport } from "../lock-report.ts";
import { LOCK_METRICS, PLACE_METRICS, type DurationPoint, type LockMetric } from "./lock-metrics.ts";

/** The `content-type` of {@link prometheusText}. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface PrometheusOptions {
  /**
   * Also by place, and who waited behind whom: as many series as the report has places, and new ones whenever the code moves.
   * @defaultValue false
   */
  readonly places?: boolean;
}

/**
 * A report as Prometheus scrapes it (text format 0.0.4). Names begin with `tickframe_lock_`, times are in seconds, durations
 * are summaries. Of a report since the start, counters only rise, until the profiler is reset.
 */
export function prometheusText(report: ProfileReport, { places = false }: PrometheusOptions = {}): string {
  const metrics = places ? [...LOCK_METRICS, ...PLACE_METRICS] : LOCK_METRICS;
  return metrics.map((metric) => familyText(metric, report)).join("");
}

function familyText(metric: LockMetric, report: ProfileReport): string {
  const name = familyName(metric);
  const lines =
    metric.kind === "durations"
      ? metric.points(report).flatMap((point) => summaryLines(name, point))
      : metric.points(report).map(({ labels, value }) => sampleLine(name, labels, value));
  if (lines.length === 0) return "";
  const type = metric.kind === "durations" ? "summary" : metric.kind;
  return [`# HELP ${name} ${metric.help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

function familyName({ name, unit, kind }: LockMetric): string {
  return `tickframe_lock_${name}${unit === "s" ? "_seconds" : ""}${kind === "counter" ? "_total" : ""}`;
}

function summaryLines(name: string, { labels, count, sum, quantiles }: DurationPoint): string[] {
  return [
    ...quantiles.map(({ quantile, value }) => sampleLine(name, { ...labels, quantile }, value)),
    sampleLine(`${name}_sum`, labels, sum),
    sampleLine(`${name}_count`, labels, count),
  ];
}

function sampleLine(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  let pairs = "";
  for (const key in labels) pairs += `${pairs === "" ? "" : ","}${key}="${escaped(labels[key])}"`;
  return pairs === "" ? `${name} ${value}` : `${name}{${pairs}} ${value}`;
}

/** Nearly no name needs it, and to look is cheaper than to replace. */
function escaped(text: string): string {
  if (!/["\\\n]/.test(text)) return text;
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
