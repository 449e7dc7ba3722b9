import { gzipSync } from "node:zlib";
import type { ProfileReport } from "../lock-report.ts";
import { nanoseconds, pprofSamples, type PprofSample } from "./pprof-samples.ts";
import { PprofTables } from "./pprof-tables.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";

/** Fields of `perftools.profiles.Profile`, and of what it holds beside its tables. */
const PROFILE = {
  sampleType: 1,
  sample: 2,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  defaultSampleType: 14,
};
const SAMPLE = { locationIds: 1, values: 2, label: 3 };
const LABEL = { key: 1, text: 2 };
const VALUE_TYPE = { type: 1, unit: 2 };

/** What a sample counts. The first two are those of Go's block and mutex profiles. */
const SAMPLE_TYPES = [
  ["contentions", "count"],
  ["delay", "nanoseconds"],
  ["hold", "nanoseconds"],
  ["blame", "nanoseconds"],
] as const;

/**
 * A report as gzipped pprof protobuf, for `go tool pprof` and its kin. `contentions` and `delay` are charged to the place
 * that waited, `hold` to the one that held, and `blame` to the one that held while others waited; what is known by no place
 * is charged to `unknown`, so that the sums are those of the report. Samples have the labels `lock` and `mode`.
 */
export function pprofProfile(report: ProfileReport): Uint8Array {
  const tables = new PprofTables();
  const profile = new ProtobufWriter();
  for (const [type, unit] of SAMPLE_TYPES) profile.message(PROFILE.sampleType, valueType(tables, type, unit));
  for (const lock of report.locks) {
    for (const sample of pprofSamples(lock))
      profile.message(PROFILE.sample, sampleMessage(tables, lock.name, sample));
  }
  profile
    .int(PROFILE.timeNanos, BigInt(Math.round(report.takenAt)) * 1_000_000n)
    .int(PROFILE.durationNanos, nanoseconds(report.spanMs))
    .message(PROFILE.periodType, valueType(tables, "contentions", "count"))
    .int(PROFILE.period, 1)
    .int(PROFILE.defaultSampleType, tables.text("delay"));
  tables.writeTo(profile);
  return gzipSync(profile.finish());
}

function valueType(tables: PprofTables, type: string, unit: string): ProtobufWriter {
  return new ProtobufWriter().int(VALUE_TYPE.type, tables.text(type)).int(VALUE_TYPE.unit, tables.text(unit));
}

function sampleMessage(tables: PprofTables, lock: string, sample: PprofSample): ProtobufWriter {
  const stack = [...sample.sites.map((site) => tables.site(site)), tables.frame(`lock ${lock}`)];
  const message = new ProtobufWriter()
    .ints(SAMPLE.locationIds, stack)
    .ints(SAMPLE.values, [sample.contentions, sample.delayNs, sample.holdNs, sample.blameNs])
    .message(SAMPLE.label, label(tables, "lock", lock));
  return sample.mode === undefined
    ? message
    : message.message(SAMPLE.label, label(tables, "mode", sample.mode));
}

function label(tables: PprofTables, key: string, text: string): ProtobufWriter {
  return new ProtobufWriter().int(LABEL.key, tables.text(key)).int(LABEL.text, tables.text(text));
}
