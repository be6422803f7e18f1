import { execFileSync, spawnSync } from "node:child_process";

let sessions = 0;

/** A program in a real terminal of 80 columns, by tmux. */
export class Terminal {
  private readonly socket = `envdoctor-${process.pid}-${sessions++}`;

  static readonly missing = spawnSync("tmux", ["-V"]).status === 0 ? null : "tmux is not installed";

  constructor(argv: readonly string[], env: Readonly<Record<string, string>> = {}, rows = 60) {
    const words = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const variables = Object.entries({ LC_ALL: "C.UTF-8", NO_COLOR: "1", ...env }).flatMap(([name, value]) => [
      "-e",
      `${name}=${value}`,
    ]);
    this.tmux(
      "-u",
      "new-session",
      "-d",
      "-x",
      "80",
      "-y",
      `${rows}`,
      ...variables,
      `unset CI; ${words}; echo "exit code $?"; exec sleep 1000`,
    );
  }

  private tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.socket, "-f", "/dev/null", ...args], { encoding: "utf8" });
  }

  /** What stands on the screen and above it. A line that the terminal had to break is one line. */
  screen(): string {
    return this.tmux("capture-pane", "-p", "-J", "-S", "-500")
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** The lines as the terminal shows them: one that it had to break is two. */
  lines(): string[] {
    return this.tmux("capture-pane", "-p", "-S", "-500")
      .split("\n")
      .map((line) => line.trimEnd());
  }

  press(...keys: readonly string[]): void {
    this.tmux("send-keys", ...keys);
  }

  /** The screen once it shows what is looked for. */
  async until(wanted: RegExp, seconds = 30): Promise<string> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const screen = this.screen();
      if (wanted.test(screen)) return screen;
      if (Date.now() > end) throw new Error(`the terminal never showed ${wanted}; it shows:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): void {
    spawnSync("tmux", ["-L", this.socket, "kill-server"]);
  }
}
