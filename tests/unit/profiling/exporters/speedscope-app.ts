import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** As Debian installs it; what needs it is skipped where it is missing. */
const CHROMIUM = "/usr/bin/chromium";
export const HAS_CHROMIUM = existsSync(CHROMIUM);

const RELEASE = join(
  dirname(createRequire(import.meta.url).resolve("speedscope/package.json")),
  "dist/release",
);

/** What the program shows of a file. */
export interface SpeedscopeView {
  readonly title: string;
  /** Name and total of each profile, where there are several. */
  readonly profiles: readonly (readonly string[])[];
  /** Total, self and name of each frame of the first profile. */
  readonly frames: readonly (readonly string[])[];
}

/** Opens a file in the real program, as its own command does, and reads the page. `folder` takes what that needs. */
export async function openInSpeedscope(
  name: string,
  file: Uint8Array,
  folder: string,
): Promise<SpeedscopeView> {
  const script = join(folder, "profile.js");
  const base64 = Buffer.from(file).toString("base64");
  await writeFile(script, `speedscope.loadFileFromBase64(${JSON.stringify(name)}, "${base64}")`);
  const page = pathToFileURL(join(RELEASE, "index.html"));
  page.hash = `localProfilePath=${script}&view=sandwich`;
  const { stdout } = await promisify(execFile)(CHROMIUM, [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    // The program draws with WebGL, and shows nothing without.
    "--enable-unsafe-swiftshader",
    `--user-data-dir=${join(folder, "chromium")}`,
    // Of the page's own clock, which stands while the page works.
    "--virtual-time-budget=10000",
    "--dump-dom",
    page.href,
  ]);
  const rows = [...stdout.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => textOf(cell)),
  );
  return {
    title: textOf(/<title>(.*?)<\/title>/s.exec(stdout)?.[1] ?? ""),
    profiles: rows.filter(([first]) => /^\d+$/.test(first)).map(([, ...cells]) => cells),
    frames: rows.filter(([first]) => /\(.*%\)$/.test(first)),
  };
}

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
