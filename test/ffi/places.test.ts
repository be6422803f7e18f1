import { describe, expect, test } from "vitest";
import { openLibrary } from "../../src/ffi/library.ts";
import { cudaLibraryNames, nvmlLibraryNames } from "../../src/ffi/places.ts";

function on(platform: NodeJS.Platform, present: readonly string[] = [], env: Record<string, string> = {}) {
  return { platform, env, exists: (path: string) => present.includes(path) };
}

describe("where the driver's libraries are looked for", () => {
  const windowsOnes = ["/usr/lib/wsl/lib/libcuda.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1"];
  const own = "/opt/own/libcuda.so.1";

  test.each([
    ["Linux: wherever the loader does", on("linux"), ["libcuda.so.1"]],
    ["WSL2: the one of Windows first", on("linux", windowsOnes), [windowsOnes[0], "libcuda.so.1"]],
    [
      "WSL2 with one chosen by LD_LIBRARY_PATH",
      on("linux", [...windowsOnes, own], { LD_LIBRARY_PATH: ":/nowhere:/opt/own" }),
      ["libcuda.so.1", windowsOnes[0]],
    ],
    ["Windows", on("win32"), ["nvcuda.dll"]],
    ["macOS has none", on("darwin"), []],
  ])("%s", (_, platform, names) => {
    expect(cudaLibraryNames(platform)).toEqual(names);
  });

  test("NVML: beside libcuda, and on Windows where drivers before DCH put it", () => {
    expect(nvmlLibraryNames(on("linux", windowsOnes))).toEqual([windowsOnes[1], "libnvidia-ml.so.1"]);
    expect(nvmlLibraryNames(on("win32", [], { ProgramW6432: "D:\\Programs" }))).toEqual([
      "nvml.dll",
      "D:\\Programs\\NVIDIA Corporation\\NVSMI\\nvml.dll",
    ]);
  });
});

describe("opening a library", () => {
  test("says which names were tried, and why none did", () => {
    const opened = openLibrary(["libnot-there.so.1", "/nowhere/libnot-there.so"]);
    expect(opened).toMatchObject({ ok: false, missing: "library" });
    expect(opened.ok ? "" : opened.reason).toMatch(/^libnot-there\.so\.1: .+; \/nowhere\/libnot-there\.so: .+/);
  });

  test.runIf(process.platform === "linux")("calls its functions, and knows which it has not", () => {
    const opened = openLibrary(["libnot-there.so.1", "libc.so.6"]);
    if (!opened.ok) throw new Error(opened.reason);
    const { library } = opened;
    expect(library.name).toBe("libc.so.6");
    expect(library.find("abs", ["int"])?.(-7)).toBe(7);
    expect(library.find("no_such_function", [])).toBeUndefined();
    const memory = library.allocate(16);
    for (const [i, letter] of [..."cuda\0"].entries()) memory.view.setUint8(i, letter.charCodeAt(0));
    expect(library.text(memory.address)).toBe("cuda");
  });
});
