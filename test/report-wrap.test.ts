import { describe, expect, test } from "vitest";
import { columns } from "../src/report/columns.ts";
import { block, wrap } from "../src/report/wrap.ts";

describe("wrapping at columns", () => {
  const cases: [string, string, number, number, string[]][] = [
    ["words", "one two three", 8, 0, ["one two", "three"]],
    ["a hanging indent", "one two three", 9, 2, ["one two", "  three"]],
    [
      "a word longer than the line stays whole",
      "see https://example.org/a/b/c now",
      10,
      2,
      ["see", "  https://example.org/a/b/c", "  now"],
    ],
    ["Chinese between characters", "显卡驱动没有安装", 8, 0, ["显卡驱动", "没有安装"]],
    ["no line begins with a closing mark", "显卡驱动，没有", 8, 0, ["显卡驱", "动，没有"]],
    ["mixed text", "安装 NVIDIA 驱动", 12, 0, ["安装 NVIDIA", "驱动"]],
    ["line breaks are kept", "a\nb", 10, 2, ["a", "  b"]],
    ["nothing", "", 10, 0, [""]],
  ];
  test.each(cases)("%s", (_, text, width, indent, lines) => {
    expect(wrap(text, width, indent)).toEqual(lines);
  });

  test("colour codes take no room", () => {
    expect(wrap("\x1b[31mone\x1b[39m two", 7)).toEqual(["\x1b[31mone\x1b[39m two"]);
  });

  test("a block indents every line and keeps to the width", () => {
    const lines = block("worker 进程的启动方式 spawn 会重新导入整个脚本，因此必须有 main 保护", 30, 4).split("\n");
    expect(lines.every((line) => line.startsWith("    ") && columns(line) <= 30)).toBe(true);
  });
});

describe("marks of Chinese", () => {
  const text =
    "显卡（NVIDIA GeForce RTX 4090）在 PCI 总线上，但驱动“535.104”不支持它；请升级到 550（或更高）。见《安装指南》：https://docs.nvidia.com/、以及“常见问题”……";
  const widths = Array.from({ length: 60 }, (_, i) => i + 20);

  test.each(widths)("none that closes begins a line, none that opens ends one: %i columns", (width) => {
    for (const painted of [text, text.replaceAll(/(?=[（“，。])/g, "\x1b[1m").replaceAll(/(?<=[）”])/g, "\x1b[22m")]) {
      const lines = wrap(painted, width, 2).map((line) => line.replaceAll(/\x1b\[[0-9;]*m/g, ""));
      for (const line of lines.slice(1)) expect(line.trimStart()).not.toMatch(/^[，。、；：！？）》」”…]/);
      for (const line of lines.slice(0, -1)) expect(line).not.toMatch(/[（《「“]$/);
      for (const line of lines) if (!line.includes("https:")) expect(columns(line)).toBeLessThanOrEqual(width);
      expect(
        lines
          .map((line) => line.trim())
          .join("")
          .replaceAll(" ", ""),
      ).toBe(text.replaceAll(" ", ""));
    }
  });
});
