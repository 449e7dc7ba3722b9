import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { AsyncRWLock } from "../../../../src/locks/index.ts";
import { htmlReport, LockProfiler } from "../../../../src/profiling/index.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const CHROMIUM = "/usr/bin/chromium";
const isMissing = !existsSync(CHROMIUM);
if (isMissing) console.warn(`The HTML report is not opened in a browser: ${CHROMIUM} is not installed.`);

const path = temporaryFolder();

/** A lock under `name` that a reader at `site` held for 30 of 100 ms, while a writer waited. */
async function profiled(name: string, site: string): Promise<LockProfiler> {
  const clock = new VirtualClock();
  const profiler = new LockProfiler({ level: "trace", stacksPerSecond: 0 }, { clock });
  const lock = new AsyncRWLock({ name, observer: profiler }, { clock });
  const reading = await lock.acquireRead({ site });
  const writing = lock.acquireWrite({ site: "commit" });
  clock.advanceBy(30);
  reading.release();
  const guard = await writing;
  clock.advanceBy(5);
  guard.release();
  clock.advanceBy(65);
  return profiler;
}

describe("htmlReport", () => {
  it("asks for nothing outside of itself", async () => {
    const profiler = await profiled("book", "report");
    const page = htmlReport(profiler.report(), profiler.events());
    expect(page.match(/\b(?:src|href|url|import|fetch)\b\s*[=(:]/g)).toBeNull();
    expect(page).not.toMatch(/https?:|style="|\son\w+="/);
  });
});

describe.skipIf(isMissing)("the HTML report in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }, 60_000);
  afterAll(() => browser.close());

  /** Opens the report of `profiler` from a file; whatever the browser objects to is in `troubles`. */
  async function open(profiler: LockProfiler): Promise<{ page: Page; troubles: string[] }> {
    const file = await path("report.html");
    await writeFile(file, htmlReport(profiler.report(), profiler.events()));
    const page = await browser.newPage();
    const troubles: string[] = [];
    page.on("console", (message) => troubles.push(message.text()));
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("dialog", (dialog) => {
      troubles.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(file).href) troubles.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return { page, troubles };
  }

  const valuesOf = (page: Page, selector: string): Promise<number[]> =>
    page.$$eval(`${selector} [data-value]`, (cells) =>
      cells.map((cell) => Number(cell.getAttribute("data-value"))),
    );

  it("opens without a complaint, with the figures of the report", async () => {
    const profiler = await profiled("book", "report");
    const { page, troubles } = await open(profiler);
    const [{ read, write }] = profiler.report().locks;
    const figures = ({ count, meanMs, p50Ms, p90Ms, p99Ms, p999Ms, maxMs }: typeof read.hold): number[] => [
      count,
      meanMs,
      p50Ms,
      p90Ms,
      p99Ms,
      p999Ms,
      maxMs,
    ];
    expect(await valuesOf(page, '[data-duration="read hold"]')).toEqual(figures(read.hold));
    expect(await valuesOf(page, '[data-duration="write wait"]')).toEqual(figures(write.wait));
    expect(await valuesOf(page, ".blame")).toEqual([30]);
    const [worst] = await page.locator(".contention tbody").all();
    expect(await worst.getAttribute("data-location")).toBe("report");
    expect(await worst.innerText()).toMatch(
      /critical[^]*100 %[^]*run ≤ 1\.43 ×[^]*Let readers see a snapshot/,
    );
    // The style is taken, too.
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).marginTop")).toBe("0px");
    expect(troubles).toEqual([]);
  });

  it("shows names as they are, whatever stands in them", async () => {
    const hostile = `<img src=x onerror=alert(1)>"'&</td><script>alert(2)</script>`;
    const { page, troubles } = await open(await profiled(hostile, hostile));
    expect(await page.locator("section.lock h2").innerText()).toBe(hostile);
    expect(await page.locator(".contention tbody").first().getAttribute("data-location")).toBe(hostile);
    expect(await page.locator(".blame thead code").innerText()).toBe(hostile);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(1);
    expect(troubles).toEqual([]);
  });

  it("draws who held and who waited, and zooms into it", async () => {
    const { page, troubles } = await open(await profiled("book", "report"));
    const figure = page.locator(".timeline");
    const drawn = await page.$$eval(".timeline rect", (rects) =>
      rects.map((rect) => [
        rect.getAttribute("class"),
        ...["x", "width"].map((name) => Number(rect.getAttribute(name))),
      ]),
    );
    // The whole drawing, 10,000 wide, stands for 35 ms; being resumed takes no time here.
    expect(drawn.filter(([, , width]) => Number(width) > 0.5)).toEqual([
      ["read", 0, 8571.43],
      ["wait", 0, 8571.43],
      ["write", 8571.43, 1428.57],
    ]);
    expect(await figure.locator(".range").innerText()).toBe("35.0 ms shown");
    await figure.focus();
    await page.keyboard.press("+");
    expect(await figure.locator("svg").getAttribute("viewBox")).toBe("2500 0 5000 28");
    await page.keyboard.press("ArrowRight");
    expect(await figure.locator(".from").innerText()).toBe("12.25 ms");
    await figure.locator("svg").hover();
    await page.mouse.wheel(0, -100);
    await expect.poll(() => figure.locator("svg").getAttribute("viewBox")).toMatch(/ 4000 28$/);
    await page.keyboard.press("0");
    expect(await figure.locator("svg").getAttribute("viewBox")).toBe("0 0 10000 28");
    expect(troubles).toEqual([]);
  });

  it("is dark where the system is", async () => {
    const { page } = await open(await profiled("book", "report"));
    const background = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.body).backgroundColor");
    await page.emulateMedia({ colorScheme: "light" });
    const light = await background();
    await page.emulateMedia({ colorScheme: "dark" });
    expect([light, await background()]).toEqual(["rgb(251, 251, 249)", "rgb(20, 23, 26)"]);
  });
});
