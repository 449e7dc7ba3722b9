import { existsSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { AsyncRWLock } from "../../../src/locks/index.ts";
import { htmlReport, LockProfiler } from "../../../src/profiling/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const CHROMIUM = "/usr/bin/chromium";
const HOSTILE = `frames:<img src=x onerror="document.title='owned'">&amp;`;

/** A run in which a strategy waits 40 ms behind a commit, twice. */
async function profiled(): Promise<LockProfiler> {
  const clock = new VirtualClock();
  const profiler = new LockProfiler({ level: "trace" }, { clock });
  const lock = new AsyncRWLock({ name: HOSTILE, observer: profiler }, { clock });
  for (let i = 0; i < 2; i++) {
    const commit = await lock.acquireWrite({ site: "commit" });
    const reading = lock.withRead(() => clock.advanceBy(5), { site: "<b>strategy</b>" });
    clock.advanceBy(40);
    commit.release();
    await reading;
  }
  return profiler;
}

describe.skipIf(!existsSync(CHROMIUM))(`the page of a profile, in ${CHROMIUM}`, () => {
  const inFolder = temporaryFolder();
  const problems: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const profiler = await profiled();
    const file = await inFolder("locks.html");
    writeFileSync(file, htmlReport(profiler.report(), profiler.events()));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--headless",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-sync",
      ],
    });
    page = await browser.newPage();
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(file).href) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
  }, 60_000);

  afterAll(() => browser.close());

  it("loads without a complaint, and asks for nothing else", () => {
    expect(problems).toEqual([]);
  });

  it("shows names as they are, and runs none of them", async () => {
    const text = await page.locator("body").innerText();
    expect(text).toContain(HOSTILE);
    expect(text).toContain("<b>strategy</b>");
    expect(await page.title()).toBe("Locks of a run of 90.0 ms");
    expect(await page.locator("img").count()).toBe(0);
  });

  it("shows the figures of the report, in its own style", async () => {
    const text = await page.locator("body").innerText();
    // 40 of 45 ms, twice.
    expect(text).toContain("89 %");
    expect(text).toMatch(/waited 80(\.0)? ms behind it/);
    const font = await page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily");
    expect(font).not.toMatch(/^("?Times|serif)/);
    expect(await page.locator("svg, canvas").count()).toBeGreaterThan(0);
  });
});
