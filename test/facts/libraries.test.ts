import { describe, expect, it } from "vitest";
import { absent, value } from "../../src/facts/fact.ts";
import type { LibraryFacts, WslFacts } from "../../src/facts/facts.ts";
import { libraryKind } from "../../src/facts/libraries/candidates.ts";
import { librariesProbe } from "../../src/facts/libraries.ts";
import { parseLoaderCache } from "../../src/facts/parse/loader-cache.ts";
import type { Host } from "../../src/host/host.ts";
import { commandKey } from "../../src/host/recording.ts";
import type { Description } from "../support/compose.ts";
import { composed } from "../support/machine.ts";
import { unknown } from "../support/unknown.ts";

const u = unknown("not part of this test");
const wsl2 = value<WslFacts>({
  version: 2,
  package: u,
  distro: u,
  interop: u,
  customKernel: u,
  windowsBuild: u,
  conf: u,
  config: u,
});

async function look(description: Description, inWsl = false): Promise<LibraryFacts & { started: string[] }> {
  const host = composed(description);
  const started: string[] = [];
  const noting: Host = {
    ...host,
    run: (argv, options) => {
      started.push(commandKey(argv));
      return host.run(argv, options);
    },
  };
  return { ...(await librariesProbe.look(noting, {}, { wsl: inWsl ? wsl2 : absent() })), started };
}

const multiarch = "/usr/lib/x86_64-linux-gnu";
const wslLib = "/usr/lib/wsl/lib";
const cache = (...lines: readonly string[]): string[] => [
  `${lines.length} libs found in cache \`/etc/ld.so.cache'`,
  ...lines,
];
const line = (name: string, path: string, flags = "libc6,x86-64"): string => `\t${name} (${flags}) => ${path}`;

const debian: Description = {
  realPaths: {
    [`${multiarch}/libcuda.so.1`]: `${multiarch}/libcuda.so.535.183.01`,
    [`${multiarch}/libnvidia-ml.so.1`]: `${multiarch}/libnvidia-ml.so.535.183.01`,
  },
  commands: {
    "ldconfig -p": cache(
      line("libcuda.so.1", "/usr/lib/i386-linux-gnu/libcuda.so.1", "libc6"),
      line("libcuda.so.1", `${multiarch}/libcuda.so.1`),
      line("libcuda.so", `${multiarch}/libcuda.so`),
      line("libnvidia-ml.so.1", `${multiarch}/libnvidia-ml.so.1`),
    ),
  },
};

const wsl: Description = {
  folders: { [wslLib]: ["libcuda.so", "libcuda.so.1", "libdxcore.so", "libnvidia-ml.so.1", "nvidia-smi"] },
};

describe("the libraries that the loader takes", () => {
  it("are the driver's, of this architecture alone", async () => {
    const { libcuda, libnvml, wslLibraries, stubFolders } = await look(debian);
    expect(libcuda).toMatchObject({
      value: [
        {
          path: `${multiarch}/libcuda.so.1`,
          realPath: `${multiarch}/libcuda.so.535.183.01`,
          kind: "driver",
          via: "loader-cache",
          package: { state: "unknown" },
        },
      ],
    });
    expect(libnvml).toMatchObject({ value: [{ path: `${multiarch}/libnvidia-ml.so.1` }] });
    expect(wslLibraries.state).toBe("absent");
    expect(stubFolders.state).toBe("absent");
  });

  it("are absent where no folder has one, and no program is asked", async () => {
    const { libcuda, libnvml, cudnn, started } = await look({});
    expect([libcuda.state, libnvml.state, cudnn.state]).toEqual(["absent", "absent", "absent"]);
    expect(started).toEqual([]);
  });

  it("come from LD_LIBRARY_PATH first", async () => {
    const compat = "/usr/local/cuda-12.4/compat";
    const { libcuda } = await look({
      ...debian,
      env: { LD_LIBRARY_PATH: `:${compat}:/nowhere` },
      realPaths: { ...debian.realPaths, [`${compat}/libcuda.so.1`]: `${compat}/libcuda.so.550.54.14` },
    });
    expect(libcuda).toMatchObject({
      value: [
        { path: `${compat}/libcuda.so.1`, kind: "compat", via: "LD_LIBRARY_PATH" },
        { path: `${multiarch}/libcuda.so.1`, kind: "driver", via: "loader-cache" },
      ],
    });
  });

  it("are those of Windows in a sound WSL", async () => {
    const { libcuda, wslLibraries, started } = await look(
      { ...wsl, commands: { "ldconfig -p": cache(line("libcuda.so.1", `${wslLib}/libcuda.so.1`)) } },
      true,
    );
    expect(libcuda).toMatchObject({ value: [{ path: `${wslLib}/libcuda.so.1`, kind: "wsl", via: "loader-cache" }] });
    expect(wslLibraries).toMatchObject({
      value: ["libcuda.so", "libcuda.so.1", "libdxcore.so", "libnvidia-ml.so.1", "nvidia-smi"],
    });
    expect(started).toEqual(["ldconfig -p"]);
  });

  const first = line("libcuda.so.1", `${multiarch}/libcuda.so.1`);
  const second = line("libcuda.so.1", `${wslLib}/libcuda.so.1`);
  it.each([
    ["before", [first, second], ["driver", "wsl"]],
    ["behind", [second, first], ["wsl", "driver"]],
  ])(
    "in WSL a Linux driver %s Windows' stands where the cache has it, and with its package",
    async (_name, lines, kinds) => {
      const real = `${multiarch}/libcuda.so.535.183.01`;
      const { libcuda } = await look(
        {
          ...wsl,
          realPaths: { [`${multiarch}/libcuda.so.1`]: real },
          commands: {
            "ldconfig -p": cache(...lines),
            [`dpkg-query -S ${real}`]: `libnvidia-compute-535:amd64: ${real}\n`,
          },
        },
        true,
      );
      expect(libcuda).toMatchObject({ value: kinds.map((kind) => ({ kind })) });
      const linux = libcuda.state === "value" ? libcuda.value.find(({ kind }) => kind === "driver") : undefined;
      expect(linux?.package).toMatchObject({ value: "libnvidia-compute-535" });
    },
  );

  it("has no package where neither dpkg nor rpm owns it", async () => {
    const real = `${multiarch}/libcuda.so.535.183.01`;
    const description: Description = {
      ...wsl,
      realPaths: { [`${multiarch}/libcuda.so.1`]: real },
      commands: {
        "ldconfig -p": cache(first),
        [`dpkg-query -S ${real}`]: { exitCode: 1, stderr: "dpkg-query: no path found matching pattern\n" },
      },
    };
    expect((await look(description, true)).libcuda).toMatchObject({ value: [{ package: { state: "absent" } }] });
  });

  it("are out of the loader's reach in WSL where ld.wsl.conf is gone", async () => {
    const { libcuda, wslLibraries } = await look({ ...wsl, commands: { "ldconfig -p": cache() } }, true);
    expect(libcuda.state).toBe("absent");
    expect(wslLibraries.state).toBe("value");
  });

  it("are in the loader's own folders where there is no cache", async () => {
    const { libcuda } = await look({ files: { "/usr/lib/libcuda.so.1": "" } });
    expect(libcuda).toMatchObject({ value: [{ path: "/usr/lib/libcuda.so.1", via: "default-path" }] });
  });

  it("are not known where ldconfig does not answer", async () => {
    const { libcuda, libnvml } = await look({
      files: { "/usr/lib64/libcuda.so.1": "" },
      commands: { "ldconfig -p": { outcome: "timeout" } },
    });
    expect(libcuda).toMatchObject({ state: "unknown", reason: { en: "ldconfig -p: timeout" } });
    expect(libnvml.state).toBe("absent");
  });

  it("are DLLs on Windows", async () => {
    const { libcuda, libnvml } = await look({
      identity: { platform: "win32" },
      files: { "C:\\Windows\\System32\\nvcuda.dll": "" },
    });
    expect(libcuda).toMatchObject({ value: [{ path: "C:\\Windows\\System32\\nvcuda.dll", kind: "driver" }] });
    expect(libnvml.state).toBe("absent");
  });

  it("are none on macOS", async () => {
    expect((await look({ identity: { platform: "darwin" } })).libcuda.state).toBe("absent");
  });
});

describe("stub libraries", () => {
  const stubs = "/usr/local/cuda/lib64/stubs";
  it("are told where LD_LIBRARY_PATH leads to them", async () => {
    const { stubFolders, libcuda } = await look({
      env: { LD_LIBRARY_PATH: `/opt/lib:${stubs}` },
      files: { [`${stubs}/libcuda.so`]: "", [`${stubs}/libcuda.so.1`]: "" },
    });
    expect(stubFolders).toMatchObject({ value: [stubs] });
    expect(libcuda).toMatchObject({ value: [{ kind: "stub", via: "LD_LIBRARY_PATH" }] });
  });

  it("do no harm where they are merely installed", async () => {
    expect((await look({ files: { [`${stubs}/libcuda.so`]: "" } })).stubFolders.state).toBe("absent");
  });
});

describe("cuDNN", () => {
  it("tells its version by the file behind the link, once", async () => {
    const { cudnn } = await look({
      env: { CONDA_PREFIX: "/opt/conda", LD_LIBRARY_PATH: multiarch },
      files: { "/opt/conda/lib/libcudnn.so.9": "" },
      realPaths: { [`${multiarch}/libcudnn.so.8`]: `${multiarch}/libcudnn.so.8.9.7` },
    });
    expect(cudnn).toMatchObject({
      value: [
        { version: "8.9.7", path: `${multiarch}/libcudnn.so.8.9.7` },
        { version: "9", path: "/opt/conda/lib/libcudnn.so.9" },
      ],
    });
  });

  it("lies beside the toolkit on Windows", async () => {
    const root = "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v12.4";
    const { cudnn } = await look({
      identity: { platform: "win32" },
      env: { CUDA_PATH: root },
      files: { [`${root}\\bin\\cudnn64_8.dll`]: "" },
    });
    expect(cudnn).toMatchObject({ value: [{ version: "8", path: `${root}\\bin\\cudnn64_8.dll` }] });
  });
});

describe("library texts", () => {
  it.each([
    ["/usr/lib/wsl/lib/libcuda.so.1", null, "wsl"],
    ["/usr/lib/x86_64-linux-gnu/libcuda.so.1", "/usr/lib/wsl/drivers/nv_dispi/libcuda.so.1", "wsl"],
    ["/usr/local/cuda/lib64/stubs/libcuda.so.1", null, "stub"],
    ["/usr/local/cuda/compat/libcuda.so.1", null, "compat"],
    ["/usr/local/cuda-12.4/compat/lib.real/libcuda.so.1", null, "compat"],
    ["/usr/lib64/libcuda.so.1", null, "driver"],
  ])("%s (%s) is of kind %s", (path, real, kind) => {
    expect(libraryKind(path, real)).toBe(kind);
  });

  it("reads nothing out of nonsense", () => {
    expect(parseLoaderCache(`libcuda.so.1 (\n) => \n${"(".repeat(1_000_000)}`, ["libcuda.so.1"])).toEqual([]);
  });
});
