// Reports every public declaration of every entry point in etc/<entry>.api.md, from the built declarations.
// With --check, compares instead of writing, prints the difference and fails when there is one.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { entryPoints, ROOT, type EntryPoint } from "./manifest.ts";

const REPORTS = join(ROOT, "etc");

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
mkdirSync(REPORTS, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), "tickframe-api-"));
try {
  const stale = entryPoints.filter((entry) => !report(entry));
  if (stale.length > 0) {
    console.error(`The report differs for ${stale.map(({ specifier }) => specifier).join(", ")}.`);
    console.error("If the change is meant, run npm run api, commit etc/ and add a changeset.");
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/** Writes or compares the report of one entry point; false when it could not be made or differs. */
function report(entry: EntryPoint): boolean {
  const { succeeded } = Extractor.invoke(configure(entry), {
    localBuild: !check,
    printApiReportDiff: true,
    messageCallback: (message) => {
      // Told in CONTRIBUTING.md and above; the library's own advice names its own tools.
      if (message.messageId.startsWith("console-api-report-")) {
        message.handled = message.messageId !== "console-api-report-diff";
      } else if (message.logLevel === ExtractorLogLevel.Info) {
        message.handled = true;
      }
    },
  });
  return succeeded;
}

function configure({ name, types }: EntryPoint): ExtractorConfig {
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(ROOT, "package.json"),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: join(ROOT, types),
      newlineKind: "lf",
      compiler: { tsconfigFilePath: join(ROOT, "tsconfig.api.json") },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: REPORTS,
        reportTempFolder: scratch,
        // A type that a public signature mentions is part of it, exported or not.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          "ae-missing-release-tag": { logLevel: ExtractorLogLevel.None },
          "ae-undocumented": { logLevel: ExtractorLogLevel.None },
          "ae-unresolved-link": { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}
