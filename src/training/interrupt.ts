const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Lets a program that holds a card's memory give it back when this process is told to end, which it then does by the
 * same signal. A second signal ends everything at once.
 */
export class Interrupt {
  private readonly controller = new AbortController();
  private told: NodeJS.Signals | null = null;
  private readonly answer = (signal: NodeJS.Signals): void => {
    if (this.told !== null) process.exit(130);
    this.told = signal;
    this.controller.abort();
  };

  constructor() {
    for (const signal of signals) process.on(signal, this.answer);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Once the program has ended. */
  release(): void {
    for (const signal of signals) process.off(signal, this.answer);
    if (this.told !== null) process.kill(process.pid, this.told);
  }
}
