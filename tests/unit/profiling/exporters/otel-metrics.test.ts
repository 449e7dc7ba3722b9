import { AggregationTemporality, DataPointType, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics"; // prettier-ignore
import { describe, expect, it, onTestFinished } from "vitest";
import { registerOtelMetrics } from "../../../../src/profiling/index.ts";
import { ContendedLock } from "./contended-lock.ts";
import type { Meter } from "@opentelemetry/api";

function metered() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  // Collects when it is told to, not by the clock.
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  const meter: Meter = provider.getMeter("test");
  const collect = async () => {
    exporter.reset();
    await provider.forceFlush();
    return exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  };
  return { meter, collect };
}

describe("registerOtelMetrics", () => {
  it("lets the SDK's reader collect the report's figures", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const { meter, collect } = metered();
    registerOtelMetrics(scene.profiler, meter);
    const metrics = new Map((await collect()).map((metric) => [metric.descriptor.name, metric]));
    const pointsOf = (name: string) =>
      metrics.get(name)?.dataPoints.map(({ attributes, value }) => ({ ...attributes, value }));
    const [{ read, write }] = scene.profiler.snapshot();
    expect(pointsOf("tickframe.lock.acquisitions")).toEqual([
      { lock: "frames", mode: "read", value: read.acquisitions },
      { lock: "frames", mode: "write", value: write.acquisitions },
    ]);
    expect(pointsOf("tickframe.lock.wait.sum")).toEqual([
      { lock: "frames", mode: "read", value: 0.011 },
      { lock: "frames", mode: "write", value: 0.005 },
    ]);
    expect(pointsOf("tickframe.lock.wait")).toContainEqual({
      lock: "frames",
      mode: "read",
      quantile: "0.999",
      value: 0.007,
    });
    expect(metrics.get("tickframe.lock.wait")?.descriptor.unit).toBe("s");
    expect(metrics.get("tickframe.lock.queue_length")?.dataPointType).toBe(DataPointType.GAUGE);
    expect(metrics.get("tickframe.lock.timeouts")).toMatchObject({
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      descriptor: { unit: "{call}" },
    });
  });

  it("takes one report a collection, and none when it has ended", async () => {
    const { profiler } = new ContendedLock("frames");
    let reports = 0;
    const counting = {
      report() {
        reports++;
        return profiler.report();
      },
    };
    const { meter, collect } = metered();
    const end = registerOtelMetrics(counting, meter);
    await collect();
    await collect();
    expect(reports).toBe(2);
    end();
    await collect();
    expect(reports).toBe(2);
  });
});
