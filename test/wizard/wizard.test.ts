import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { columns } from "../../src/report/columns.ts";
import { Journal, runsOf } from "../../src/setup/journal.ts";
import { foreignIn } from "../languages/sentences.ts";
import { programFile } from "./programs/build.ts";
import { Terminal } from "./terminal.ts";

const skipped = Terminal.missing;
if (skipped !== null) console.warn(`NOT RUN: the wizard in a terminal: ${skipped}`);

const mayUnshare = process.platform === "linux" && spawnSync("unshare", ["--mount", "true"]).status === 0;
if (!mayUnshare) console.warn("NOT RUN: edits of system files in a mount namespace: unshare may not make one here");

let program: string;
const open: Terminal[] = [];
beforeAll(async () => {
  program = await programFile("recorded-wizard");
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});

interface Play {
  readonly folder: string;
  readonly terminal: Terminal;
  readonly story: string;
}

function start(story: object, again?: Play): Play {
  const folder = again?.folder ?? mkdtempSync(join(tmpdir(), "envdoctor-wizard-"));
  const file = join(folder, "story.json");
  writeFileSync(file, JSON.stringify({ wishes: {}, becomes: [], ...story }));
  const terminal = new Terminal([process.execPath, program, file, folder, ...(again ? ["--resume"] : [])]);
  open.push(terminal);
  return { folder, terminal, story: file };
}

/** Waits for the next question (or the end), and gives its screen. */
async function question(terminal: Terminal, number: number): Promise<string> {
  return terminal.until(new RegExp(`(?:^[?✔] [\\s\\S]*?){${number}}[\\s\\S]*(?:navigate|⏎)|^exit code \\d+`, "m"));
}

/** Presses Enter at every question, and gives the screen at the end. */
async function throughout({ terminal }: Play): Promise<string> {
  for (let number = 1; ; number++) {
    const screen = await question(terminal, number);
    if (/^exit code/m.test(screen)) return screen;
    if (number > 40) throw new Error(`no end:\n${screen}`);
    terminal.press("Enter");
    await terminal.until(new RegExp(`(?:^✔ [\\s\\S]*?){${number}}`, "m"));
  }
}

const commands = ({ folder }: Play): string[] => {
  const file = join(folder, "commands");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};

/** Lines that the terminal had to break. Commands stay whole, for they are copied; everything else is wrapped. */
const tooLong = (screen: string): string[] =>
  screen.split("\n").filter((line) => [...line].length > 80 && !/^( {2}\$ | {4}|[?✔❯] )/.test(line));

describe.runIf(skipped === null)("the wizard in a terminal of 80 columns", () => {
  test("WSL2 with a Linux driver: removes exactly its packages, and proves the GPU", async () => {
    const play = start({
      machine: "wsl2-linux-driver",
      becomes: [{ after: "apt-get purge", machine: "wsl2-healthy" }],
    });
    const screen = await throughout(play);
    expect(screen).toContain("The plan: 4 steps (WSL, train on the GPU)");
    expect(screen).toContain("In the distro, remove the Linux NVIDIA driver packages; the driver");
    expect(screen).toContain("  needs root (sudo)\n  $ sudo apt-get purge -y libnvidia-compute-550 nvidia-dkms-550");
    expect(screen).toContain("What now? Run it, with root rights (sudo)");
    expect(screen).toContain("  on Windows, in PowerShell:\n  wsl --shutdown");
    expect(screen).toContain("envdoctor setup --resume");
    expect(screen).toContain("done and verified: Driver answers");
    expect(screen).toContain("verified true, stopped null");
    expect(commands(play)).toEqual([
      "sudo apt-get purge -y libnvidia-compute-550 nvidia-dkms-550 nvidia-driver-550 nvidia-utils-550 && sudo ldconfig",
      "envdoctor train --engine torch --device cuda --python /home/user/venv/bin/python",
      "envdoctor bench loader --budget 15 --python /home/user/venv/bin/python",
    ]);
    expect(tooLong(screen)).toEqual([]);
  }, 90_000);

  test("VMware guest: no CUDA GPU, said plainly; then Miniconda, checked, and a CPU environment", async () => {
    const play = start({ machine: "vmware-workstation", wishes: { env: "conda", target: "cpu" } });
    const screen = await throughout(play);
    expect(screen).toContain("This virtual machine gets no CUDA GPU; it trains on the CPU");
    expect(screen).toMatch(
      /A GPU is to be had elsewhere:\n {2}· If the host runs Windows with an NVIDIA card: train in WSL2/,
    );
    expect(screen).toMatch(/PCI passthrough exists: VMware ESXi/);
    const run = commands(play);
    expect(run[0]).toBe("sudo apt-get install -y wget");
    expect(run[1]).toMatch(
      /^wget -c -O .*Miniconda3.* && echo '[0-9a-f]{64} {2}'.* \| sha256sum --check - && bash .* -b -u -p /,
    );
    expect(run[2]).toBe("/home/user/miniconda3/bin/conda init bash");
    expect(run[3]).toBe("/home/user/miniconda3/bin/conda create -y -p '/home/user/my project/.conda' python=3.12");
    expect(run[4]).toBe(
      "'/home/user/my project/.conda/bin/python' -m pip install torch --index-url https://download.pytorch.org/whl/cpu",
    );
    expect(run[5]).toBe("'/home/user/my project/.conda/bin/python' -m pip install numpy matplotlib");
    expect(run[6]).toMatch(
      /^envdoctor train --engine torch --device cpu --python \/home\/user\/my project\/.conda\/bin\/python$/,
    );
    expect(run[7]).toMatch(/^envdoctor bench loader/);
    expect(screen).toContain("verified true, stopped null");
  }, 90_000);

  test("Linux without a driver: installs it, stops for the restart, and resumes after it", async () => {
    const story = { machine: "driver-not-installed", becomes: [] };
    const play = start(story);
    const screen = await throughout(play);
    expect(screen).toContain("  needs root (sudo), network, a restart");
    expect(screen).toContain("A restart is needed for the steps that follow. What now? Stop here; I");
    expect(screen).toContain("verified false, stopped restart");
    expect(commands(play)).toEqual([
      "sudo apt-get update && sudo apt-get install -y linux-headers-6.8.0-48-generic nvidia-driver-580-open",
    ]);
    writeFileSync(
      join(play.folder, "world.json"),
      JSON.stringify({ machine: "bare-metal-4090", made: [], failed: false }),
    );
    const after = await throughout(start(story, play));
    expect(after).toContain("The plan: 2 steps (Linux, train on the GPU)");
    expect(after).toContain("verified true, stopped null");
    expect(commands(play)).toHaveLength(3);
  }, 90_000);

  test("nouveau: shows the file before it is written, and saves it in the journal", async () => {
    const play = start({ machine: "nouveau", becomes: [{ after: "update-initramfs", machine: "bare-metal-4090" }] });
    const screen = await throughout(play);
    expect(screen).toContain("  Change /etc/modprobe.d/blacklist-nouveau.conf:");
    expect(screen).toContain("    + blacklist nouveau");
    expect(commands(play)[0]).toBe("write /etc/modprobe.d/blacklist-nouveau.conf");
    expect(runsOf(join(play.folder, "state"))[0]?.records.some(({ what }) => what === "edit")).toBe(true);
  }, 90_000);

  test.runIf(mayUnshare)(
    "nouveau in a root that is thrown away: the file is merged, and comes back byte by byte",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "envdoctor-wizard-"));
      const story = join(folder, "story.json");
      const becomes = [{ after: "update-initramfs", machine: "bare-metal-4090" }];
      writeFileSync(story, JSON.stringify({ machine: "nouveau", wishes: {}, becomes, writes: true }));
      const conf = "/etc/modprobe.d/blacklist-nouveau.conf";
      const outside = existsSync(conf);
      const play = `'${process.execPath}' '${program}' '${story}' '${folder}'`;
      const script = [
        `cp -a /etc '${folder}/etc' && mount --bind '${folder}/etc' /etc && mkdir -p /etc/modprobe.d`,
        `printf '# mine\\r\\nblacklist pcspkr' > ${conf}; chmod 0640 ${conf}; cp -p ${conf} ${folder}/before`,
        play,
        `cp -p ${conf} ${folder}/during`,
        `${play} --undo`,
        `cmp ${conf} ${folder}/before && stat -c 'mode %a' ${conf}; ls -A /etc/modprobe.d | grep nouveau`,
      ].join("\n");
      const terminal = new Terminal(["unshare", "--mount", "bash", "-c", script]);
      open.push(terminal);
      const screen = await throughout({ folder, terminal, story });
      expect(readFileSync(join(folder, "during"), "utf8")).toMatch(
        /^# mine\r\nblacklist pcspkr\r\n# >>> envdoctor: setup >>>\r\nblacklist nouveau\r\noptions nouveau modeset=0\r\n/,
      );
      expect(screen).toContain(`Put ${conf} back as it was: true`);
      expect(screen).toMatch(/^mode 640\nblacklist-nouveau\.conf\nexit code 0$/m);
      expect(existsSync(conf)).toBe(outside);
    },
    90_000,
  );

  test("why, skip and back", async () => {
    const { terminal } = start({ machine: "cpu-wheel", wishes: { target: "gpu", framework: "torch" } });
    await question(terminal, 1);
    terminal.press("Enter");
    await question(terminal, 2);
    terminal.press("Down", "Enter");
    const reasons = await question(terminal, 3);
    expect(reasons).toMatch(/Why\?\n\n {2}\S.{40}/);
    terminal.press("Down", "Down", "Enter");
    const next = await question(terminal, 4);
    expect(next).toMatch(/:\s+skipped/);
    expect(next).toContain("Step 2 of 3  Train a small network, as proof");
    terminal.press("Down", "Down", "Down", "Enter");
    const back = await question(terminal, 5);
    expect(back.match(/Step 1 of 3/g)).toHaveLength(2);
    terminal.press("Enter");
    const on = await question(terminal, 6);
    expect(on).toContain("What now? Run it");
  }, 60_000);

  test("another way is taken by choice", async () => {
    const play = start({ machine: "driver-550-cu130" });
    for (let number = 1; number <= 3; number++) {
      await question(play.terminal, number);
      play.terminal.press("Enter");
      await play.terminal.until(new RegExp(`(?:^✔ [\\s\\S]*?){${number}}`, "m"));
    }
    await question(play.terminal, 4);
    play.terminal.press("Down", "Down", "Enter");
    const ways = await question(play.terminal, 5);
    expect(ways).toMatch(/Which way\?\n❯ Ubuntu 24.04.1 LTS: install the NVIDIA driver/);
    play.terminal.press("Enter");
    const other = await question(play.terminal, 6);
    expect(other).toContain("$ sudo apt-get install -y linux-headers-6.8.0-48-generic nvidia-driver-580-open");
  }, 60_000);

  test("a step that fails shows its last lines and what they mean, and can be tried again", async () => {
    const play = start({
      machine: "cpu-wheel",
      wishes: { target: "gpu", framework: "torch" },
      becomes: [{ after: "whl/cu126", machine: "bare-metal-4090" }],
      fails: {
        command: "pip install",
        says: "Collecting torch\nERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
      },
    });
    const screen = await throughout(play);
    expect(screen).toContain("    ERROR: Could not install packages due to an OSError: [Errno 28] No space left");
    expect(screen).toContain("Meaning: The disk is full: free some space");
    expect(screen).toContain("It did not work. What now? Try again");
    expect(screen).toContain("verified true");
  }, 90_000);

  test("speaks Chinese", async () => {
    const play = start({ machine: "wsl2-linux-driver", language: "zh", becomes: [] });
    await question(play.terminal, 1);
    expect(play.terminal.screen()).toContain("这台机器用什么训练？");
    expect(play.terminal.screen()).toContain("移动");
    const shown = (await throughout(play)).split("\n");
    // The program that plays the wizard has words of its own, and so has a command that it only pretends to run.
    const own = shown.filter((line) => !/^(?:exit code|verified|\(the output)|^ {2,}(?:\$|[-+@ ])/.test(line));
    const wrong = foreignIn(
      "zh",
      own.join("\n"),
      commands(play).flatMap((line) => line.split(" && ")),
    );
    expect(wrong, wrong.join("\n")).toEqual([]);
    const lines = play.terminal.lines();
    for (const line of shown.filter((each) => !lines.includes(each))) expect(line).toMatch(/^ +\$ |\S{60}/);
    for (const line of lines) {
      expect(columns(line)).toBeLessThanOrEqual(80);
      expect(line.trimStart()).not.toMatch(/^[，。、；：！？）》」”]/);
    }
  }, 120_000);

  test("Ctrl-C at every question leaves a journal from which it goes on to the end", async () => {
    const story = { machine: "wsl2-linux-driver", becomes: [{ after: "apt-get purge", machine: "wsl2-healthy" }] };
    let play = start(story);
    let left = 0;
    for (let number = 1; number <= 3; number++) {
      await question(play.terminal, number);
      if (number < 3) play.terminal.press("Enter");
    }
    for (;;) {
      play.terminal.press("C-c");
      const end = await play.terminal.until(/^exit code/m);
      expect(end).toMatch(/^left$/m);
      left++;
      const state = join(play.folder, "state");
      expect(existsSync(join(state, "lock"))).toBe(false);
      expect(runsOf(state)).toHaveLength(1);
      play = start(story, play);
      const first = await question(play.terminal, 1);
      if (/^exit code/m.test(first)) break;
      play.terminal.press("Enter");
      const second = await question(play.terminal, 2);
      if (/^exit code/m.test(second)) {
        expect(second).toContain("verified true");
        break;
      }
      if (left > 10) throw new Error(second);
    }
    expect(left).toBeGreaterThanOrEqual(3);
    const [run] = runsOf(join(play.folder, "state"));
    expect(run instanceof Journal && run.finished).toBe(true);
  }, 120_000);
});
