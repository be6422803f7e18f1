import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The path of a Chromium, or null where none is installed. */
export function installedChromium(): string | null {
  return candidates.find((path) => existsSync(path)) ?? null;
}

export function launch(executablePath: string): Promise<Browser> {
  // Chromium's own sandbox needs rights that root and containers do not have; the pages are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

export interface Opened {
  readonly page: Page;
  /** What the page complained of: errors, its policy, the console. */
  readonly complaints: readonly string[];
  /** What was asked for beside the file itself. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a file from disk and watches what it does. */
export async function open(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  const url = `file://${file}`;
  context.on("request", (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, requests, close: () => context.close() };
}
