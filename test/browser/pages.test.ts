import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { installedChromium, launch, open } from "./chromium.ts";
import { pageOf, snapshotOf } from "./reports.ts";

const chromium = installedChromium();
if (chromium === null) console.warn("NOT RUN: pages in a browser: chromium is not installed (Debian: chromium)");

const machines = [
  "bare-metal-4090",
  "wsl2-linux-driver",
  "wsl2-healthy",
  "kernel-upgrade-no-module",
  "vmware-workstation",
  "docker-small-shm",
  "windows-cpu-wheel",
  "macos-m3",
  "hgx-no-fabric-manager",
  "smi-garbage",
];
const slow = { train: "train", bench: "bench", doctor: "doctor" } as const;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const files = new Map<string, string>();

function fileOf(name: string): string {
  return files.get(name) ?? "";
}

describe.skipIf(chromium === null)("pages in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch(chromium ?? "");
    for (const name of machines) {
      const { file } = await pageOf(name, ["check", "--from", await snapshotOf(name)]);
      files.set(name, file);
    }
    const chinese = await pageOf("chinese", ["check", "--from", await snapshotOf("wsl1"), "--lang", "zh"]);
    const train = await pageOf(slow.train, ["train", "--engine", "tfjs-wasm", "--device", "cpu"]);
    const bench = await pageOf(slow.bench, [
      "bench",
      "loader",
      "--engine",
      "python",
      "--dataset",
      "table",
      "--budget",
      "5",
    ]);
    const doctor = await pageOf(slow.doctor, ["doctor", "--target", "cpu"]);
    expect([train.run.code, bench.run.code, doctor.run.code, doctor.run.stdout]).toEqual([0, 0, 0, ""]);
    for (const [name, { file }] of Object.entries({ chinese, train, bench, doctor })) files.set(name, file);
  }, 400_000);

  afterAll(() => browser?.close());

  const all = [...machines, "chinese", ...Object.values(slow)];

  for (const colorScheme of ["light", "dark"] as const) {
    test.each(all)(`%s, ${colorScheme}: no complaint, no request, nothing serious for axe`, async (name) => {
      const { page, complaints, requests, close } = await open(browser, fileOf(name), { colorScheme });
      await unfold(page);
      expect(await seriousViolations(page)).toEqual([]);
      expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
      await close();
    });
  }

  test.each(all)("%s: nothing sticks out at 360 pixels, folded or not", async (name) => {
    const { page, complaints, close } = await open(browser, fileOf(name), { viewport: { width: 360, height: 740 } });
    const width = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBe(360);
    await unfold(page);
    expect(await width()).toBe(360);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(Object.values(slow))(
    "%s: every chart is drawn in its colours, and has its numbers in a table",
    async (name) => {
      for (const colorScheme of ["light", "dark"] as const) {
        const { page, close } = await open(browser, fileOf(name), { colorScheme });
        const charts = await page.evaluate(readCharts);
        expect(charts.length).toBeGreaterThanOrEqual(2);
        for (const chart of charts) {
          expect(chart.painted, chart.title).toBeGreaterThan(500);
          // Two measured points of a waiting time are few pixels.
          expect(chart.inColour, chart.title).toBeGreaterThan(10);
          expect(chart.rows, chart.title).toBeGreaterThan(0);
        }
        await close();
      }
    },
  );

  test("on paper all is light, unfolded and without buttons, and afterwards as it was", async () => {
    const { page, complaints, close } = await open(browser, fileOf("train"), { colorScheme: "dark" });
    const folds = (): Promise<number> => page.locator("details[open]").count();
    const before = await folds();
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(
      await page.locator("details:not([open], .apart, .issue details, .group .finding, .cause .evidence)").count(),
    ).toBe(0);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    expect(await folds()).toBe(before);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("button:visible").count()).toBe(0);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper"))).toBe(
      "#ffffff",
    );
    for (const chart of await page.evaluate(readCharts)) expect(chart.inColour, chart.title).toBeGreaterThan(10);
    const pdf = await page.pdf({ format: "A4", printBackground: false });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(complaints).toEqual([]);
    await close();
  });

  test("buttons copy commands and the issue, and say so", async () => {
    const permissions = ["clipboard-read", "clipboard-write"];
    const { page, close } = await open(browser, fileOf("wsl2-linux-driver"), { permissions });
    await unfold(page);
    const buttons = page.locator("button.copy");
    const count = await buttons.count();
    expect(count).toBeGreaterThanOrEqual(3);
    for (let at = 0; at < count; at++) {
      const button = buttons.nth(at);
      const wanted = await button.evaluate((one) => one.parentElement?.querySelector("pre")?.textContent ?? "");
      await button.click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(wanted);
      expect(await page.locator("#announcer").textContent()).toBe("Copied");
    }
    const issue = await page.locator(".issue pre").textContent();
    expect(issue).toMatch(/^## envdoctor \S+: not-ready\n/);
    expect(issue).toContain("wsl-linux-driver-installed");
    await close();
  });

  test("without the clipboard of the browser copying still works, by a selection", async () => {
    const { page, close } = await open(browser, fileOf("wsl2-linux-driver"));
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await page.locator("button.copy").first().click();
    expect(await page.locator("#announcer").textContent()).toBe("Copied");
    await close();
  });

  test.each(["wsl2-linux-driver", "bench"])(
    "%s: the keyboard reaches every button, link and fold, in their order",
    async (name) => {
      const { page, close } = await open(browser, fileOf(name));
      const wanted = await page.evaluate(markReachable);
      const reached: string[] = [];
      for (let step = 0; step < wanted.length; step++) {
        await page.keyboard.press("Tab");
        reached.push(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["reach"] ?? ""));
      }
      expect(reached).toEqual(wanted);
      const fold = page.locator("details > summary").first();
      await fold.focus();
      await page.keyboard.press("Enter");
      expect(await fold.evaluate((summary) => (summary.parentElement as HTMLDetailsElement).open)).toBe(true);
      await close();
    },
  );

  test("the verdict and the one next step come first, and the broken level is marked", async () => {
    const { page, close } = await open(browser, fileOf("kernel-upgrade-no-module"));
    expect(await page.locator("h1").textContent()).toContain("No NVIDIA kernel module for the running kernel");
    expect(await page.locator(".next pre").textContent()).toContain("dkms autoinstall");
    const levels = page.locator(".stack li");
    expect(await levels.count()).toBe(9);
    const broken = page.locator(".stack li.broken");
    expect(await broken.count()).toBe(1);
    expect(await broken.textContent()).toMatch(/^Kernel module: failed broken here/);
    const top = await page.locator(".next").evaluate((next) => next.getBoundingClientRect().top);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(400);
    await close();
  });

  test("without scripts all is there to read, and no button that does nothing", async () => {
    const { page, close } = await open(browser, fileOf("train"), { javaScriptEnabled: false });
    expect(await page.locator("h1").textContent()).toContain("CPU");
    expect(await page.locator("button:visible").count()).toBe(0);
    await close();
  });

  test("a page says its language", async () => {
    const { page, close } = await open(browser, fileOf("chinese"));
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
    expect(await page.locator("h1").textContent()).toMatch(/\p{Script=Han}/u);
    expect(await page.locator("#checks").textContent()).toBe("检查项");
    await close();
  });

  test("what a machine says never acts as markup or script", async () => {
    const attack =
      "</script></style></pre><img src=x onerror=globalThis.ran=1><svg onload=globalThis.ran=2>\"'><script>globalThis.ran=3</script>";
    const change = {
      files: {
        "/etc/os-release": [`PRETTY_NAME="${attack.replaceAll('"', "")}"`, "ID=ubuntu", 'VERSION_ID="24.04"'],
        "/sys/class/dmi/id/product_name": attack,
      },
      identity: { release: `6.8.0-${attack}` },
      env: { CUDA_VISIBLE_DEVICES: attack, LD_LIBRARY_PATH: `/opt/${attack}` },
    };
    const snapshot = await snapshotOf("bare-metal-4090", change);
    const { file } = await pageOf("attack", ["check", "--from", snapshot]);
    const { page, complaints, requests, close } = await open(browser, file);
    await unfold(page);
    expect(await page.evaluate(() => (globalThis as { ran?: number }).ran)).toBeUndefined();
    expect(await page.locator("main img, main script:not([type='application/json']), main [onload]").count()).toBe(0);
    expect(await page.locator("main").textContent()).toContain("<img src=x onerror=");
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
    await close();
  });
});

describe("pages as files", () => {
  test("the exit code is that of the text report, and stdout carries the page alone", async () => {
    const snapshot = await snapshotOf("wsl2-linux-driver");
    const [page, text] = await Promise.all([
      runCli(["check", "--from", snapshot, "--format", "html"]),
      runCli(["check", "--from", snapshot]),
    ]);
    expect(page.code).toBe(text.code);
    expect(page.stderr).toBe("");
    expect(page.stdout).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  });

  test("the policy allows the page its own scripts and nothing else, and a page without charts carries no chart library", async () => {
    const { stdout } = await runCli(["check", "--from", await snapshotOf("wsl2-healthy"), "--format", "html"]);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(stdout)?.[1] ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; base-uri/);
    expect(policy).not.toContain("unsafe");
    expect(stdout).not.toContain("uPlot");
    expect(stdout).not.toMatch(/ (?:style|on\w+)="/);
    expect(stdout.length).toBeLessThan(100_000);
  });

  test("names and secrets do not reach the page, and its commands still work where they came from", async () => {
    const change = {
      identity: { home: "/home/wilhelmine", cwd: "/home/wilhelmine/net" },
      env: {
        HOME: "/home/wilhelmine",
        USER: "wilhelmine",
        HOSTNAME: "brain-of-wilhelmine",
        HF_TOKEN: "hf_abcdefghijklmnopqrstuvwxyz0123456789",
      },
      files: { "/home/wilhelmine/venv/bin/python": "" },
    };
    const { stdout } = await runCli(["check", "--from", await snapshotOf("cpu-wheel", change), "--format", "html"]);
    expect(stdout).not.toMatch(/wilhelmine|hf_abcdefghij/i);
  });
});

async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
}

async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (): Promise<AxeResults> => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Runs in the page: what the canvases hold. */
function readCharts(): { title: string; painted: number; inColour: number; rows: number }[] {
  const first = getComputedStyle(document.documentElement).getPropertyValue("--chart-one").trim();
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(first.slice(at, at + 2), 16));
  return [...document.querySelectorAll("figure.chart")].map((figure) => {
    const canvas = figure.querySelector("canvas");
    const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let [painted, inColour] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if ((data[at + 3] ?? 0) > 0) painted++;
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) inColour++;
    }
    const title = figure.querySelector("h3")?.textContent ?? "";
    return { title, painted, inColour, rows: figure.querySelectorAll("tbody tr").length };
  });
}

/** Runs in the page: numbers what can be reached, in the order of the page. */
function markReachable(): string[] {
  const elements = [
    ...document.querySelectorAll<HTMLElement>("a[href], button:not([hidden]), summary, [tabindex='0']"),
  ];
  return elements
    .filter((element) => element.checkVisibility())
    .map((element, at) => {
      element.dataset["reach"] = String(at);
      return String(at);
    });
}
