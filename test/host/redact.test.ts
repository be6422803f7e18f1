import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../checks/causes/index.ts";
import { unknownFacts } from "../../src/facts/unknown.ts";
import { recordedHost } from "../../src/host/recorded.ts";
import { commandKey, commandWords, type Recording } from "../../src/host/recording.ts";
import { redact } from "../../src/host/redact.ts";
import { hideCredentials } from "../../src/host/redaction/credentials.ts";
import { isKept } from "../../src/host/redaction/environment.ts";
import { reachOf } from "../../src/host/redaction/names.ts";
import { composedRecording } from "../support/machine.ts";

/** A machine that says `text` in a command and in a file. */
function saying(text: string): Recording {
  return composedRecording({ commands: { say: text }, files: { "/said": text } });
}

function redactedText(text: string): string {
  const said = redact(saying(text)).commands.say?.stdout ?? "";
  expect(redact(saying(text)).files["/said"]).toBe(said);
  return said;
}

describe("what is no secret stays to the letter", () => {
  test.each([
    "NVIDIA-SMI 550.54.14    Driver Version: 550.54.14    CUDA Version: 12.4",
    "WSL version: 2.6.3.0\nKernel version: 6.6.87.2-1\nWSLg version: 1.0.66\nMSRDC version: 1.2.6353",
    "WSL 版本: 2.6.3.0\n内核版本: 6.6.87.2-1",
    "6.6.87.2\n",
    "5.15.167.4-microsoft-standard-WSL2",
    "Microsoft Windows [Version 10.0.22631.4460]",
    "nvidia-curand-cu12        10.3.5.147\nnvidia-cudnn-cu12         9.1.0.70",
    '{"nvidia-cublas-cu12": "12.4.5.8"}',
    "nvidia_cublas_cu12-12.4.5.8.dist-info",
    "libcurand.so.10.3.5.147 => /usr/local/cuda/lib64/libcurand.so.10",
    "torch==2.14.1+cu130 --hash 10.3.2.106",
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023",
    "0000:01:00.0 3D controller [0302]: NVIDIA Corporation [10de:2684] (rev a1)",
    "00000000:01:00.0, 12:30:45, 2024-11-22T10:20:30Z",
    "listening on 127.0.0.1 and ::1, mask 255.255.255.0, 0.0.0.0",
    "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
    "getty@tty1.service user@1000.service @tensorflow/tfjs-node-gpu@4.22.0",
    "c10::cuda::impl std::vector at::native::add",
    "/usr/lib/x86_64-linux-gnu/libcuda.so.1 /usr/local/cuda-12.4/bin",
    "Serial Number : N/A",
    "GPU 0: NVIDIA GeForce RTX 4090",
    "Microsoft Basic Display Adapter, Basic Rendering",
    "PWD=/work token: /run/secrets/token PASSWORD=$PASSWORD pass=5",
    "sig_key: 3A:4F:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22",
  ])("%s", (text) => {
    expect(redactedText(text)).toBe(text);
  });
});

test("no word of the catalogue of causes is taken for a credential", () => {
  const words = Object.values(catalogue).map(({ title, explanation, recognise, remedies }) => ({
    ...{ title, explanation, recognise },
    fixes: remedies(unknownFacts()),
  }));
  expect(hideCredentials(words, {})).toEqual(words);
});

describe("shapes of secrets", () => {
  test.each<[string, string]>([
    [
      "GPU 0: RTX (UUID: GPU-5f0b2c1e-9a3d-4c1b-8f6e-0a1b2c3d4e5f)",
      "GPU 0: RTX (UUID: GPU-00000001-0000-0000-0000-000000000000)",
    ],
    ["inet 10.1.2.3/24 brd x", "inet 198.18.0.1/24 brd x"],
    ["10.0.0.5:/export /data nfs4", "198.18.0.1:/export /data nfs4"],
    ["from 192.168.1.17, from 192.168.1.18", "from 198.18.0.1, from 198.18.0.2"],
    ["lost 203.0.113.77", "lost 198.18.0.1"],
    ["fe80::1ff:fe23:4567:890a", "2001:db8::1"],
    ["link/ether 9c:5c:8e:01:02:03 x", "link/ether 02:00:00:00:00:01 x"],
    ["Jo.Doe@mail.acme.co.uk", "mail1@example.invalid"],
    ["https://jo:hunter2@proxy.acme:8080/x", "https://redacted-login-1@proxy.acme:8080/x"],
    ["https://jo:p@ss@proxy/x", "https://redacted-login-1@proxy/x"],
    ["Authorization: Bearer abcdef0123456789", "Authorization: Bearer redacted-token-1"],
    ["password=hunter2!", "password=redacted-password-1"],
    ["a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b", "a redacted-key-1 b"],
    ["a -----BEGIN PRIVATE KEY-----\nMII", "a redacted-key-1"],
    ["rw,vers=4.2,addr=203.0.113.9,x", "rw,vers=4.2,addr=198.18.0.1,x"],
    ["nfs: server 203.0.113.9 not responding", "nfs: server 198.18.0.1 not responding"],
    ["from fe80::1ff:fe23:4567:890a: unreachable", "from 2001:db8::1: unreachable"],
    [
      "aws_secret_access_key = /abcdEFGHijklMNOPqrstUVWXyz0123456789ABCD",
      "aws_secret_access_key = redacted-password-1",
    ],
    [
      "machine api.wandb.ai login user password abc123",
      "machine api.wandb.ai login redacted-login-1 password redacted-password-1",
    ],
    ['password = "two words"', 'password = "redacted-password-1"'],
    ["train.py --api-key 0123456789 --epochs 3", "train.py --api-key redacted-password-1 --epochs 3"],
    ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabcdefghijk jo@deeprig7", "ssh-ed25519 redacted-key-1"],
    ["ID_SERIAL_SHORT=1562720003210", "ID_SERIAL_SHORT=serial-1"],
    ["S-1-5-21-1004336348-1177238915-682003330-512", "S-1-5-21-0-0-0-1"],
    ["    Serial Number                    : 1562720003210", "    Serial Number                    : serial-1"],
    ["<serial>1562720003210</serial>", "<serial>serial-1</serial>"],
  ])("%s", (text, wanted) => {
    expect(redactedText(text)).toBe(wanted);
  });

  const word = (alphabet: string, length: number) =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  const secrets = fc.oneof(
    ...["ghp_", "gho_", "github_pat_", "hf_", "npm_", "sk-", "xoxb-"].map((start) =>
      word(letters, 36).map((rest) => start + rest),
    ),
    word("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 16).map((rest) => `AKIA${rest}`),
    fc.tuple(word(letters, 20), word(letters, 20), word(letters, 20)).map(([a, b, c]) => `eyJ${a}.${b}.${c}`),
    fc.uuid().filter((uuid) => !uuid.startsWith("00000000")),
    fc.ipV4().filter((ip) => Number.parseInt(ip, 10) > 19 && !/^(?:127|255)\./.test(ip)),
  );

  test("no planted secret is left, wherever it stands, and equal ones stay equal", () => {
    const around = fc.constantFrom("", " ", "\n", '"', "'", "(", "x: ", "，");
    fc.assert(
      fc.property(
        secrets,
        around,
        around.map((text) => text.replace("x", "")),
        (secret, before, after) => {
          const text = `log ${before}${secret}${after} end`;
          const redacted = redact(
            composedRecording({
              commands: { [commandKey(["tool", secret])]: { stdout: text, stderr: text } },
              files: {
                [`/x/${secret}`]: text,
                "/bytes": { base64: Buffer.from(`\ufeff${text}`, "utf16le").toString("base64") },
              },
              env: { PIP_INDEX_URL: `https://x/${secret}` },
            }),
          );
          const bytes = redacted.files["/bytes"];
          const utf16 =
            typeof bytes === "object" && "base64" in bytes
              ? Buffer.from(bytes.base64, "base64").toString("utf16le")
              : "";
          expect(JSON.stringify(redacted) + utf16).not.toContain(secret);
          const key = Object.keys(redacted.commands)[0] ?? "";
          expect(redacted.files[`/x/${commandWords(key)[1]}`]).toBe(redacted.commands[key]?.stdout);
        },
      ),
    );
  });

  test("a short GPU id stays the beginning of the long one", () => {
    const text = "GPU-5f0b2c1e-9a3d-4c1b-8f6e-0a1b2c3d4e5f\nGPU-5f0b2c1e GPU-6666666e";
    expect(redactedText(text)).toBe("GPU-00000001-0000-0000-0000-000000000000\nGPU-00000001 GPU-00000002");
  });

  test("garbage of some megabytes takes no long time", () => {
    for (const unit of [
      "a",
      "1.",
      "::",
      "-----BEGIN PRIVATE KEY-----",
      "://",
      "@",
      "eyJ.",
      "/home/",
      "serial ",
      "machine a login b ",
      "token=",
      '"password": "',
      "--api-key ",
      "\\\\server\\",
      "sk-",
      "ssh-rsa AAAA",
      "authorization: ",
      "?sig=",
      "9c:",
      "a@b.",
      "- //",
      "password ",
    ]) {
      redact(saying(unit.repeat(1_000_000 / unit.length)));
    }
  });
});

describe("names", () => {
  const users = ["jdoe", "jo hn", "José", "王小明", "王 小明", "o'neil", "a.b-c", "x", "max", "cuda"];

  test.each(users)("the user %s is taken out of the home folder, in keys too", async (user) => {
    for (const [platform, home] of [
      ["linux", `/home/${user}`],
      ["win32", `C:\\Users\\${user}`],
      ["darwin", `/Users/${user}`],
    ] as const) {
      const slash = platform === "win32" ? "\\" : "/";
      const python = [home, "venv", "bin", "python"].join(slash);
      const recording = composedRecording({
        identity: { platform, home, cwd: `${home}${slash}work` },
        env: { VIRTUAL_ENV: `${home}${slash}venv`, USER: user },
        commands: { [commandKey([python, "-V"])]: `${python} says 3.12\n${JSON.stringify(python)}` },
        files: { [python]: "x" },
        realPaths: { [`${home}${slash}link`]: python },
      });
      const redacted = redact(recording);
      expect(JSON.stringify([redacted.identity, redacted.env, redacted.files, redacted.realPaths])).not.toContain(
        JSON.stringify(user).slice(1, -1).concat(JSON.stringify(slash).slice(1, -1)),
      );
      const newHome = redacted.identity.home;
      expect(newHome).not.toBe(home);
      expect(newHome.includes(" ")).toBe(user.includes(" "));
      expect(/[^\x00-\x7f]/.test(newHome)).toBe(/[^\x00-\x7f]/.test(user));
      expect(redacted.env.VIRTUAL_ENV).toBe(`${newHome}${slash}venv`);
      const newPython = [newHome, "venv", "bin", "python"].join(slash);
      const replay = recordedHost(redacted);
      expect((await replay.run([newPython, "-V"])).stdout).toContain(newPython);
      expect(await replay.readFile(newPython)).toMatchObject({ ok: true });
      expect(await replay.realPath(`${newHome}${slash}link`)).toMatchObject({ value: newPython });
    }
  });

  test("any user: nothing of a home folder is left, and no entry is lost", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
      fc.constantFrom("user1", "user 1", "İbrahim", "José".normalize("NFD"), "JOHNDO~1", "a$&b", "(x", "[y", "ss", "ß"),
    );
    const usable = name.filter((user) => !/[/\\:\0]/.test(user) && reachOf(user) !== null);
    fc.assert(
      fc.property(usable, (user) => {
        const home = `/home/${user}`;
        const recording = composedRecording({
          identity: { home, cwd: home },
          env: { PATH: `${home}/bin:/bin`, VIRTUAL_ENV: `${home}/v` },
          commands: { [commandKey([`${home}/bin/x`, "a b"])]: `at ${home}/bin/x` },
          files: { [`${home}/f`]: `${home}/g`, "/home/other/f": "" },
        });
        const redacted = redact(recording);
        const { cwd, node } = redacted.identity;
        expect(cwd).toBe(redacted.identity.home);
        expect(cwd.startsWith("/home/") && cwd.split("/").length === 3).toBe(true);
        expect(redacted.files[`${cwd}/f`]).toBe(`${cwd}/g`);
        expect(redacted.env.PATH).toBe(`${cwd}/bin:/bin`);
        expect(redacted.commands[commandKey([`${cwd}/bin/x`, "a b"])]?.stdout).toBe(`at ${cwd}/bin/x`);
        expect(node.execPath).toBe("/usr/bin/node");
        for (const table of ["files", "folders", "stats", "realPaths", "spaces"] as const) {
          expect(Object.keys(redacted[table]).length).toBe(Object.keys(recording[table]).length);
        }
        if (!/^user ?\d$/i.test(user)) expect(Object.keys(redacted.files).join("\n")).not.toContain(`${home}/`);
      }),
    );
  });

  test("users and hosts are found elsewhere too", () => {
    const recording = composedRecording({
      identity: { home: "/home/jdoe" },
      commands: {
        "uname -a": "Linux deeprig7 6.1.0 #1 SMP x86_64 GNU/Linux\n",
        "ls -l": "-rw-r--r-- jdoe staff x\n/mnt/c/Users/Jane/x /data/jdoe/y jdoes",
        dmesg: "Nov 22 deeprig7 kernel: NVRM: loading",
      },
      folders: { "/home": ["jdoe", "anneliese"] },
      files: { "/etc/hostname": "deeprig7\n", "/note": "anneliese and file:///home/jdoe%20x" },
    });
    const redacted = redact(recording, { users: ["svcadm42"], hosts: [] });
    const text = JSON.stringify(redacted);
    for (const name of ["jdoe/", "deeprig7", "anneliese", "Jane"]) expect(text).not.toContain(name);
    expect(text).toContain("jdoes");
    expect(redacted.commands.dmesg?.stdout).toBe("Nov 22 host1 kernel: NVRM: loading");
    expect(redacted.redacted).toMatchObject({ user: 4, host: 1 });
  });

  test("a kernel that bears a name keeps its module; a host called like a platform stays one", () => {
    const redacted = redact(
      composedRecording({
        identity: { home: "/home/jdoe", release: "6.1.0-jdoe" },
        env: { HOSTNAME: "x64" },
        files: { "/lib/modules/6.1.0-jdoe/nvidia.ko": "" },
      }),
    );
    expect(redacted.identity).toMatchObject({ release: "6.1.0-user1", platform: "linux", arch: "x64" });
    expect(Object.keys(redacted.files)).toContain("/lib/modules/6.1.0-user1/nvidia.ko");
  });

  test("a user called max does not spoil what programs say", () => {
    const recording = composedRecording({
      identity: { home: "/home/max" },
      commands: { q: "max clock 2100 /home/max/x" },
    });
    expect(redact(recording).commands.q?.stdout).toBe("max clock 2100 /home/user1/x");
  });

  test("variables: a list of those that count, and no secret value anywhere", () => {
    const redacted = redact(
      composedRecording({
        env: {
          PATH: "/bin",
          CUDA_VISIBLE_DEVICES: "0",
          WANDB_API_KEY: "abc123def456",
          PIP_TOKEN: "tok-99887766",
          MY_NOTES: "x",
        },
        commands: { env: "WANDB_API_KEY is abc123def456, tok-99887766" },
      }),
    );
    expect(redacted.env).toMatchObject({ PATH: "/bin", CUDA_VISIBLE_DEVICES: "0", PIP_TOKEN: "redacted" });
    expect(Object.keys(redacted.env)).not.toContain("MY_NOTES");
    expect(JSON.stringify(redacted)).not.toMatch(/abc123def456|tok-99887766/);
  });

  test("no variable that a probe reads is left out", () => {
    const folder = join(import.meta.dirname, "../../src/facts");
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    const read = sources.flatMap((name) => {
      const found = readFileSync(join(folder, name), "utf8").matchAll(/\benv(?:\.|\[")([A-Z][A-Za-z_0-9]*)/g);
      return [...found].map(([, variable = ""]) => variable);
    });
    expect(read).toContain("PATH");
    expect(read.filter((variable) => !isKept(variable))).toEqual([]);
  });

  test("redacting twice changes no more", () => {
    const once = redact(
      composedRecording({
        identity: { home: "/home/jo hn" },
        commands: { a: "/home/jo hn/x 192.168.1.2 a@b.org GPU-5f0b2c1e-9a3d-4c1b-8f6e-0a1b2c3d4e5f https://u:p@h/" },
      }),
    );
    expect({ ...redact(once), redacted: null }).toEqual({ ...once, redacted: null });
  });
});
