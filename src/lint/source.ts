/** A text by lines; offsets are 0-based, lines and columns 1-based, columns in characters (UTF-16 units). */
export class Source {
  private readonly starts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  lineAt(offset: number): number {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  columnAt(offset: number): number {
    return offset - this.startOf(this.lineAt(offset)) + 1;
  }

  startOf(line: number): number {
    return this.starts[line - 1] ?? this.text.length;
  }

  /** The lines from `first` to `last`, without the last newline. */
  lines(first: number, last: number): string {
    const end = last >= this.starts.length ? this.text.length : this.startOf(last + 1);
    return this.text.slice(this.startOf(first), end).replace(/\r?\n$/, "");
  }

  get count(): number {
    return this.starts.length;
  }
}
