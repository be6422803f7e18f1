import { describe, expect, test } from "vitest";
import { composed, composedRecording } from "../support/machine.ts";

const described = composed({
  about: "a machine for these tests",
  env: { CUDA_HOME: "/usr/local/cuda", LANG: null },
  commands: {
    "uname -r": "6.1.0\n",
    "mokutil --sb-state": { stderr: ["no EFI"], exitCode: 255 },
    dmesg: { outcome: "timeout" },
  },
  files: { "/etc/os-release": ["ID=debian", "VERSION_ID=12"], "/root/secret": { trouble: "denied" } },
  folders: { "/usr/lib/wsl/lib": ["libcuda.so.1"] },
  stats: {
    "/dev/nvidia0": { kind: "char", mode: "0666", device: "195:0" },
    "/dev/kfd": { kind: "char", mode: "0660", gid: 109 },
  },
  realPaths: { "/lib": "/usr/lib", "/usr/bin/python3": "/usr/bin/python3.11" },
  spaces: { "/": { totalBytes: 10, freeBytes: 5 }, "/usr": { totalBytes: 2, freeBytes: 1 } },
});

describe("a composed machine", () => {
  test("answers what is described and derives the rest", async () => {
    expect(await described.readFile("/etc/os-release")).toEqual({ ok: true, value: "ID=debian\nVERSION_ID=12\n" });
    expect(await described.listFolder("/etc/")).toEqual({ ok: true, value: ["os-release"] });
    expect(await described.listFolder("/")).toMatchObject({ value: ["dev", "etc", "home", "lib", "root", "usr"] });
    expect(await described.stat("/etc")).toMatchObject({ value: { kind: "folder", readable: true, writable: false } });
    expect(await described.stat("/home/user/project")).toMatchObject({ value: { kind: "folder", writable: true } });
    expect(await described.stat("/dev/nvidia0")).toMatchObject({
      value: { kind: "char", mode: 0o666, writable: true },
    });
    expect(await described.stat("/dev/kfd")).toMatchObject({ value: { readable: false, writable: false } });
    expect(await described.readFile("/dev/kfd")).toMatchObject({ ok: false, trouble: "failed" });
    expect(await described.readFile("/root/secret")).toMatchObject({ ok: false, trouble: "denied" });
    expect(await described.stat("/root/secret")).toMatchObject({ value: { readable: false } });
    expect(await described.readFile("/etc/passwd")).toMatchObject({ ok: false, trouble: "missing" });
    expect(await described.space("/usr/lib/wsl")).toMatchObject({ value: { freeBytes: 1 } });
    expect(described.env).toMatchObject({ CUDA_HOME: "/usr/local/cuda", HOME: "/home/user" });
    expect(described.env.LANG).toBeUndefined();
  });

  test("finds through links what lies below their targets", async () => {
    expect(await described.realPath("/lib/wsl/lib/libcuda.so.1")).toMatchObject({
      value: "/usr/lib/wsl/lib/libcuda.so.1",
    });
    expect(await described.listFolder("/lib/wsl/lib")).toMatchObject({ value: ["libcuda.so.1"] });
    expect(await described.stat("/lib")).toMatchObject({ value: { kind: "folder" } });
    expect(await described.realPath("/usr/bin/python3")).toMatchObject({ value: "/usr/bin/python3.11" });
  });

  test("runs described commands only", async () => {
    expect(await described.run(["uname", "-r"])).toMatchObject({ outcome: "ended", exitCode: 0, stdout: "6.1.0\n" });
    expect(await described.run(["mokutil", "--sb-state"])).toMatchObject({ exitCode: 255, stderr: "no EFI\n" });
    expect(await described.run(["dmesg"])).toMatchObject({ outcome: "timeout", exitCode: null });
    expect(await described.run(["nvidia-smi"])).toMatchObject({ outcome: "missing" });
  });

  test("says when a field is misspelt", () => {
    const misspelt: object = { about: "x", command: {} };
    expect(() => composedRecording(misspelt)).toThrow(/no field "command"/);
  });

  test("knows Windows paths and variables whatever their case", async () => {
    const windows = composed({
      about: "a Windows machine",
      identity: { platform: "win32" },
      env: { PATH: "C:\\x" },
      files: { "C:\\Windows\\System32\\nvidia-smi.exe": "" },
    });
    expect(await windows.stat("c:/windows/system32/nvidia-smi.exe")).toMatchObject({ ok: true });
    expect(await windows.listFolder("C:\\")).toMatchObject({ value: ["Users", "Windows"] });
    expect(windows.env.Path).toBe("C:\\x");
    expect(windows.env.SYSTEMROOT).toBe("C:\\Windows");
  });
});
