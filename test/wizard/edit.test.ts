import { describe, expect, test } from "vitest";
import { difference, type Edit, edited } from "../../src/setup/edit.ts";

const set = (key: string, value: string | null, section = "wsl2"): Edit => ({
  kind: "settings",
  path: "C:\\Users\\user\\.wslconfig",
  changes: [{ section, key, value }],
});
const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
const result = (edit: Edit, before: string | null): string =>
  Buffer.from(edited(edit, before === null ? null : utf8(before))).toString("utf8");

describe("settings", () => {
  const memory = set("memory", "24GB");
  test.each([
    ["a new file", null, "[wsl2]\r\nmemory=24GB\r\n"],
    ["an empty file", "", "[wsl2]\r\nmemory=24GB\r\n"],
    ["another section", "[experimental]\nsparseVhd=true\n", "[experimental]\nsparseVhd=true\n\n[wsl2]\nmemory=24GB\n"],
    ["the section", "[wsl2]\nswap=0\n\n[boot]\n", "[wsl2]\nswap=0\nmemory=24GB\n\n[boot]\n"],
    ["the key", "[wsl2]\nmemory = 4GB\nswap=0\n", "[wsl2]\nmemory=24GB\nswap=0\n"],
    ["the key in another case", "[WSL2]\nMemory=4GB\n", "[WSL2]\nmemory=24GB\n"],
    ["the key twice: the first counts", "[wsl2]\nmemory=4GB\nmemory=8GB\n", "[wsl2]\nmemory=24GB\nmemory=8GB\n"],
    ["the key in the wrong section", "[boot]\nmemory=4GB\n", "[boot]\nmemory=4GB\n\n[wsl2]\nmemory=24GB\n"],
    ["a comment of that name", "[wsl2]\n# memory=4GB\n", "[wsl2]\n# memory=4GB\nmemory=24GB\n"],
    ["no newline at the end", "[wsl2]\nswap=0", "[wsl2]\nswap=0\nmemory=24GB\n"],
    ["line ends of Windows", "[wsl2]\r\nswap=0\r\n", "[wsl2]\r\nswap=0\r\nmemory=24GB\r\n"],
  ])("%s", (_, before, wanted) => {
    expect(result(memory, before)).toBe(wanted);
    expect(result(memory, wanted)).toBe(wanted);
  });

  test("a setting is taken out as a comment, every time it stands there", () => {
    const before = "[wsl2]\nkernel=C:\\\\k\nmemory=4GB\nkernel=C:\\\\l\n[other]\nkernel=x\n";
    const wanted = "[wsl2]\n# kernel=C:\\\\k\nmemory=4GB\n# kernel=C:\\\\l\n[other]\nkernel=x\n";
    expect(result(set("kernel", null), before)).toBe(wanted);
    expect(result(set("kernel", null), wanted)).toBe(wanted);
  });
});

describe("encodings stay what they are", () => {
  const text = "# 内存\r\n[wsl2]\r\nmemory=4GB\r\n";
  const wanted = "# 内存\r\n[wsl2]\r\nmemory=24GB\r\n";
  const le = (of: string): Buffer => Buffer.from(`\ufeff${of}`, "utf16le");
  test.each([
    ["UTF-8", utf8(text), utf8(wanted)],
    ["UTF-8 with a mark", utf8(`\ufeff${text}`), utf8(`\ufeff${wanted}`)],
    ["UTF-16 LE", le(text), le(wanted)],
    ["UTF-16 BE", le(text).swap16(), le(wanted).swap16()],
    ["UTF-16 LE without a mark", le(text).subarray(2), le(wanted).subarray(2)],
    ["GBK, of which nothing is known", Buffer.from([0x23, 0xc4, 0xda, 0x0a]), null],
  ])("%s", (_, before, expected) => {
    const bytes = Buffer.from(edited(set("memory", "24GB"), before));
    if (expected !== null) expect(bytes).toEqual(Buffer.from(expected));
    else expect(bytes.subarray(0, 4)).toEqual(Buffer.from(before));
  });

  test("but a .wslconfig in UTF-16 is saved as UTF-8 where that is the fault", () => {
    const save: Edit = { kind: "settings", path: ".wslconfig", changes: [], utf8: true };
    expect(Buffer.from(edited(save, le(text))).toString("utf8")).toBe(text);
  });
});

describe("a marked block", () => {
  const block = (...lines: string[]): Edit => ({ kind: "block", path: "/etc/modprobe.d/x.conf", name: "setup", lines });
  const marked = (line: string): string => `# >>> envdoctor: setup >>>\n${line}\n# <<< envdoctor: setup <<<\n`;
  test.each([
    ["a new file", null, marked("a")],
    ["behind what is there", "own\n", `own\n${marked("a")}`],
    ["in the place of the old block", `own\n${marked("b")}more\n`, `own\n${marked("a")}more\n`],
    ["nothing where the line stands already", "own\na\n", "own\na\n"],
    [
      "a block that was never closed is left",
      "# >>> envdoctor: setup >>>\nb\n",
      `# >>> envdoctor: setup >>>\nb\n${marked("a")}`,
    ],
  ])("%s", (_, before, wanted) => {
    expect(result(block("a"), before)).toBe(wanted);
  });
});

test("the difference shows what goes and comes, with two lines around it", () => {
  const before = utf8("1\n2\n3\n4\nold\n6\n7\n8\n");
  const now = utf8("1\n2\n3\n4\nnew\n6\n7\n8\n");
  expect(difference(before, now)).toEqual(["  3", "  4", "- old", "+ new", "  6", "  7"]);
  expect(difference(null, utf8("a\n"))).toEqual(["+ a"]);
});
