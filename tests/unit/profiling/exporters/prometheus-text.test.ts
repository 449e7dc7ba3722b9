import parsePrometheus from "parse-prometheus-text-format";
import { describe, expect, it } from "vitest";
import { prometheusText, serveMetrics } from "../../../../src/profiling/index.ts";
import { ContendedLock, HOSTILE_NAME, PLACE } from "./contended-lock.ts";

interface Sample {
  readonly value: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly metrics: readonly Sample[];
}

interface Scrape {
  readonly text: string;
  readonly families: ReadonlyMap<string, Family>;
}

async function scraped(scene: ContendedLock, query = ""): Promise<Scrape> {
  await using server = await serveMetrics(scene.profiler);
  const response = await fetch(`${server.url}/metrics${query}`);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  // The reader makes one of all summaries of a name, whatever their labels; without the type it takes sample for sample.
  const parsed = parsePrometheus(text.replaceAll(/^# HELP .*\n# TYPE \w+ summary\n/gm, "")) as Family[];
  const families = new Map<string, Family>();
  for (const family of parsed) {
    const metrics = [...(families.get(family.name)?.metrics ?? []), ...family.metrics];
    families.set(family.name, { ...family, metrics });
  }
  return { text, families };
}

function valueOf(family: Family | undefined, labels: Readonly<Record<string, string>>): number {
  const found = family?.metrics.filter((metric) =>
    Object.entries(labels).every(([key, value]) => metric.labels?.[key] === value),
  );
  expect(found).toHaveLength(1);
  return Number(found?.[0].value);
}

describe("prometheusText", () => {
  it("is scraped with the report's figures, in seconds", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const { text, families } = await scraped(scene);
    const [{ read, write, contendedMs, upgrades }] = scene.profiler.snapshot();
    for (const [mode, report] of Object.entries({ read, write })) {
      const labels = { lock: "frames", mode };
      for (const key of ["acquisitions", "contended", "refused", "timeouts", "aborts"] as const) {
        const family = families.get(`tickframe_lock_${key}_total`);
        expect(family?.type).toBe("COUNTER");
        expect(valueOf(family, labels)).toBe(report[key]);
      }
      expect(valueOf(families.get("tickframe_lock_wait_max_seconds"), labels)).toBe(report.wait.maxMs / 1e3);
    }
    expect(valueOf(families.get("tickframe_lock_contended_time_seconds_total"), {})).toBe(contendedMs / 1e3);
    expect(valueOf(families.get("tickframe_lock_upgrades_total"), { lock: "frames" })).toBe(upgrades);
    const reads = { lock: "frames", mode: "read" };
    expect(text).toContain("\n# TYPE tickframe_lock_wait_seconds summary\n");
    expect(valueOf(families.get("tickframe_lock_wait_seconds_count"), reads)).toBe(2);
    expect(valueOf(families.get("tickframe_lock_wait_seconds_sum"), reads)).toBe(0.011);
    for (const [quantile, ms] of [
      ["0.5", read.wait.p50Ms],
      ["0.999", read.wait.p999Ms],
    ] as const) {
      const labels = { ...reads, quantile };
      expect(valueOf(families.get("tickframe_lock_wait_seconds"), labels)).toBeCloseTo(ms / 1e3, 9);
    }
    expect(contendedMs).toBe(14);
    expect(upgrades).toBe(1);
  });

  it("keeps names apart that the format would read otherwise", async () => {
    const scene = new ContendedLock(HOSTILE_NAME);
    await scene.useAll();
    const { text, families } = await scraped(scene);
    const labels = { lock: HOSTILE_NAME, mode: "write" };
    expect(valueOf(families.get("tickframe_lock_acquisitions_total"), labels)).toBe(2);
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^# (HELP|TYPE) \w+ .+$|^\w+(\{(\w+="([^"\\]|\\[\\n"])*",?)+\})? -?[\d.e+-]+$/);
    }
  });

  it("has as many series as the report has names, and more by place only where asked", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const count = ({ families }: Scrape): number =>
      [...families.values()].reduce((sum, { metrics }) => sum + metrics.length, 0);
    const plain = await scraped(scene);
    const placed = await scraped(scene, "?places");
    const [{ sites, blame }] = scene.profiler.snapshot();
    expect(count(placed) - count(plain)).toBe(3 * sites.length + blame.length);
    expect(prometheusText(scene.profiler.report())).not.toContain(PLACE);
    const family = placed.families.get("tickframe_lock_blame_time_seconds_total");
    for (const { waiter, holder, waitMs } of blame) {
      expect(valueOf(family, { waiter, holder })).toBe(waitMs / 1e3);
    }
  });

  it("leaves quantiles out where nothing was measured", () => {
    const text = prometheusText(new ContendedLock("idle").profiler.report());
    expect(text).toContain('tickframe_lock_wait_seconds_count{lock="idle",mode="read"} 0\n');
    expect(text).not.toContain("quantile=");
    expect(text).not.toContain("NaN");
  });
});
