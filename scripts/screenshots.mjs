/**
 * Takes the pictures of the README from the built program: `npm run build && npm run screenshots`. The machines are those of
 * the tests; the HTML report is photographed with Chromium, where there is one.
 */
import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, root } from "./docs/load.mjs";

const images = join(root, ".github", "images");
const cli = join(root, "dist", "cli.cjs");

const [{ terminalSvg }, { snapshotOf }, { installedChromium, launch }] = await Promise.all([
  load("scripts/screenshots/svg.ts"),
  load("scripts/screenshots/snapshot.ts"),
  load("test/browser/chromium.ts"),
]);

const scenes = [
  {
    name: "check",
    command: "envdoctor check --from laptop.json",
    labels: {
      en: "envdoctor check on a WSL2 laptop: every layer is listed, one root cause is named with its evidence, its fix and the next command",
      zh: "在 WSL2 笔记本上运行 envdoctor check：逐层列出检查结果，指出唯一的根本原因、证据、修复方法和下一条命令",
    },
    rows: 36,
    animated: true,
  },
  {
    name: "explain",
    command: "envdoctor explain error.log",
    labels: {
      en: "envdoctor explain names the root cause behind a CUDA error, the lines that betray it, and the fix",
      zh: "envdoctor explain 指出 CUDA 错误背后的根本原因、依据的文本行以及修复方法",
    },
    rows: 40,
    animated: false,
  },
];

const folder = await mkdtemp(join(tmpdir(), "envdoctor-screenshots-"));
try {
  await mkdir(images, { recursive: true });
  await writeFile(join(folder, "laptop.json"), await snapshotOf("wsl2-linux-driver"));
  await copyFile(join(root, "test/texts/gpu-arch-too-new-for-wheel/no-kernel.txt"), join(folder, "error.log"));
  for (const scene of scenes) {
    for (const language of ["en", "zh"]) {
      const output = await run(scene.command, language);
      const { command, rows, animated } = scene;
      const svg = terminalSvg({ command, output, rows, animated, columns: 80, label: scene.labels[language] });
      await writeFile(join(images, `${scene.name}.${language}.svg`), svg);
    }
  }
  await photographReport();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The upper part of the HTML report, in both languages. */
async function photographReport() {
  const path = installedChromium();
  if (path === null) return console.warn("report.*.png are left as they are: Chromium is not installed");
  const browser = await launch(path);
  try {
    for (const language of ["en", "zh"]) {
      await run("envdoctor check --from laptop.json --format html -o report.html", language);
      const page = await browser.newPage({ viewport: { width: 960, height: 860 }, colorScheme: "light" });
      await page.goto(`file://${join(folder, "report.html")}`);
      await page.screenshot({ path: join(images, `report.${language}.png`) });
    }
  } finally {
    await browser.close();
  }
}

/** What the program writes to a terminal with colours; it is meant to end with 0 or 1. */
function run(command, language) {
  const [, ...args] = command.split(" ");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        FORCE_COLOR: "1",
        LC_ALL: language === "zh" ? "zh_CN.UTF-8" : "C.UTF-8",
      },
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 || code === 1 ? resolve(output) : reject(new Error(`${command}: ${code}`)),
    );
  });
}
