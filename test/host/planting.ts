/** Hosts with planted secrets: test machines that belong to somebody. */
import fc from "fast-check";
import type { RunResult } from "../../src/host/host.ts";
import { commandKey, commandWords, type Recording } from "../../src/host/recording.ts";

export interface Planted {
  readonly recording: Recording;
  /** Must be gone from what is meant to be shared; compared without regard to case. */
  readonly names: readonly string[];
  /** Must be gone from every report. */
  readonly credentials: readonly string[];
}

interface Secret {
  readonly kind: "credential" | "identity";
  /** What must not be found again. */
  readonly secret: string;
  /** One or more lines in which it stands, as programs write them. */
  readonly text: string;
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const letters = lower + lower.toUpperCase() + digits;
const hexDigits = "0123456789abcdef";

const word = (alphabet: string, length: number): fc.Arbitrary<string> =>
  // Shrunk to zeros they would be found by chance.
  fc.noShrink(fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length }));

/** Rare letters, so that no word of any program holds such a name by chance. */
const rare = word("qxzjkvw", 5).map((name) => `${name}q`);

export const users: fc.Arbitrary<string> = fc.oneof(
  rare,
  rare.map((name) => name.toUpperCase()),
  fc.tuple(rare, rare).map(([first, last]) => `${first}.${last}`),
  fc.tuple(rare, rare).map(([first, last]) => `${first} ${last}`),
  fc.tuple(rare, rare).map(([first, last]) => `${first}_${last}-1`),
  rare.map((name) => `o'${name}`),
  rare.map((name) => `${name}&co`),
  rare.map((name) => `Jos\u00e9 ${name}`),
  rare.map((name) => `${name}\u00fc`.normalize("NFD")),
  fc.constantFrom("王小明", "王 小明", "Игорь", "Zoë Ångström", "たなか", "محمد", "김철수", "𠮷野"),
);

export const hosts: fc.Arbitrary<string> = fc.oneof(
  rare,
  rare.map((name) => `DESKTOP-${name.toUpperCase()}`),
  rare.map((name) => `${name}-gpu01`),
  fc.tuple(rare, rare).map(([name, domain]) => `${name}.${domain}.example`),
);

const token: fc.Arbitrary<string> = fc.oneof(
  ...["ghp_", "gho_", "ghs_", "github_pat_", "hf_", "npm_", "sk-", "sk-proj-", "sk-ant-api03-", "xoxb-", "xoxp-"].map(
    (start) => word(letters, 40).map((rest) => start + rest),
  ),
  word(letters, 20).map((rest) => `glpat-${rest}`),
  word(letters, 60).map((rest) => `pypi-AgEIcHlwaS5vcmc${rest}`),
  word(letters, 35).map((rest) => `AIza${rest}`),
  word(letters, 60).map((rest) => `ya29.${rest}`),
  word(letters, 28).map((rest) => `GOCSPX-${rest}`),
  word(lower.toUpperCase() + digits, 16).map((rest) => `AKIA${rest}`),
  word(letters, 40).map((rest) => `wandb_v1_${rest}`),
  fc.tuple(word(letters, 20), word(letters, 30), word(letters, 43)).map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`),
);

/** A token that shows itself stands anywhere. */
const shownTokens = fc
  .tuple(
    token,
    fc.constantFrom(
      "python train.py --hub-token @",
      "python train.py --hub-token=@ --epochs 3",
      'loaded "@" from the cache',
      "GET /simple/torch/?t=@ 401",
      "export SOME_VARIABLE=@;",
      "Authorization: Bearer @",
      "['train.py', '@']",
      "(@)",
      "/tmp/run-@/log",
      "//registry.npmjs.org/:_authToken=@",
      "令牌：@。",
    ),
  )
  .map(([secret, context]): Secret => ({ kind: "credential", secret, text: context.replace("@", () => secret) }));

const password = fc
  .tuple(word(letters, 6), word("!#%^*+.~", 1), word(letters, 6))
  .map(([before, sign, after]) => before + sign + after);

/** Without a shape of their own: told by where they stand. */
const opaque: fc.Arbitrary<Secret> = fc
  .oneof(
    fc.tuple(
      word(hexDigits, 40),
      fc.constantFrom(
        "WANDB_API_KEY=@",
        "wandb login --api-key @",
        "machine api.wandb.ai\n  login user\n  password @",
        "machine api.wandb.ai login user password @",
        'api_key: "@"',
      ),
    ),
    fc.tuple(
      word(`${letters}/+`, 40),
      fc.constantFrom(
        "aws_secret_access_key = @",
        "AWS_SECRET_ACCESS_KEY=@",
        '"SecretAccessKey": "@"',
        "Authorization: Basic @==",
      ),
    ),
    fc.tuple(
      password,
      fc.constantFrom(
        "proxy = https://someone:@@proxy.example:8080",
        "index-url = https://__token__:@@pypi.example/simple",
        "socks5://a:@@10.1.2.3:1080/",
        "password=@",
        "--password @",
        "--db-password=@ --epochs 3",
        '{"user": "u", "password": "@"}',
        "password: '@'",
        "MYSQL_PWD=@",
        "//nas.example/set on /mnt/set type cifs (rw,username=u,password=@,uid=1000)",
        "MY_SERVICE_TOKEN=@",
        "client_secret: @",
      ),
    ),
    fc.tuple(
      word(letters, 44),
      fc.constantFrom(
        "https://x.blob.core.windows.net/set?sv=2024-11-04&sig=@",
        "https://hooks.slack.com/services/T0000/B0000/@",
        "https://b.s3.amazonaws.com/k?X-Amz-Signature=@&x=1",
      ),
    ),
  )
  .map(([secret, context]) => ({
    kind: "credential",
    secret,
    // The secret comes before the @ of the URL.
    text: context.includes("@@") ? context.replace("@", () => secret) : context.replace("@", () => secret),
  }));

const privateKeys: fc.Arbitrary<Secret> = fc
  .tuple(fc.constantFrom("OPENSSH ", "RSA ", "EC ", "", "ENCRYPTED "), word(letters, 64), fc.boolean())
  .map(([type, body, inJson]) => {
    const lines = [`-----BEGIN ${type}PRIVATE KEY-----`, body, body.slice(0, 40), `-----END ${type}PRIVATE KEY-----`];
    const text = inJson ? `{"private_key": "${lines.join("\\n")}\\n"}` : lines.join("\n");
    return { kind: "credential", secret: body.slice(0, 40), text };
  });

const octet = fc.integer({ min: 1, max: 254 });
const identities: fc.Arbitrary<Secret> = fc
  .oneof(
    fc.tuple(
      fc
        .tuple(
          fc.integer({ min: 20, max: 223 }).filter((first) => first !== 127),
          octet,
          octet,
          octet,
        )
        .map((parts) => parts.join(".")),
      fc.constantFrom(
        "inet @/24 brd x",
        "@:/export/data /mnt/data nfs4 rw 0 0",
        "nfs: server @ not responding, still trying",
        "rw,vers=4.2,addr=@,clientaddr=@",
        "IN=eth0 SRC=@ DST=@ LEN=60",
        "connect to @ port 8080 failed",
        "http://@:3128/",
        "nameserver @",
        "ssh: Connection from @.",
      ),
    ),
    fc.tuple(
      fc.tuple(octet, octet, octet).map((parts) => `10.${parts.join(".")}`),
      fc.constantFrom("inet @/24", "@:/export /data nfs4", "nameserver @", "https://@/simple", "addr=@"),
    ),
    fc.tuple(
      fc.tuple(word(hexDigits, 4), word(hexDigits, 4), word(hexDigits, 4)).map(([a, b, c]) => `fd12:${a}::${b}:${c}`),
      fc.constantFrom("inet6 @/64", "[@]:8080", "lost @.", "from @: unreachable", '"@"'),
    ),
    fc.tuple(
      fc.array(word(hexDigits, 2), { minLength: 5, maxLength: 5 }).map((parts) => ["9c", ...parts].join(":")),
      fc.constantFrom("link/ether @ brd ff:ff:ff:ff:ff:ff", "MAC=@,", "eth0: @", "HWaddr @"),
    ),
    fc.tuple(
      fc.uuid().filter((uuid) => !uuid.startsWith("0000")),
      fc.constantFrom("GPU 0: RTX (UUID: GPU-@)", "root=UUID=@ ro", "MIG-@", "boot_id @", "/dev/disk/by-uuid/@"),
    ),
    fc.tuple(
      word(digits, 13),
      fc.constantFrom(
        "<serial>@</serial>",
        "    Serial Number                         : @",
        "usb 1-1: SerialNumber: @",
        "ID_SERIAL_SHORT=@",
        "<chassis_serial_number>@</chassis_serial_number>",
      ),
    ),
    fc.tuple(
      fc.tuple(rare, rare).map(([who, where]) => `${who}@${where}.org`),
      fc.constantFrom("Author: X <@>", "mailto:@", "signer: @", '"@"'),
    ),
    fc.tuple(
      word(digits, 9).map((part) => `S-1-5-21-1${part}-1177238915-682003330-1001`),
      fc.constantFrom("@", "sid=@;"),
    ),
  )
  .map(([secret, context]): Secret => ({ kind: "identity", secret, text: context.replaceAll("@", () => secret) }));

export const secrets: fc.Arbitrary<Secret> = fc.oneof(shownTokens, opaque, privateKeys, identities);

const octal = (text: string): string =>
  text.replace(/[^\x21-\x7e]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
  );
const systemd = (text: string): string =>
  text.replace(/[^\x21-\x7e]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );

/** A name as programs write it, each with the text in which it stands. */
export const userWritings: readonly ((user: string) => { readonly written: string; readonly text: string })[] = [
  (user) => ({ written: user, text: `drwxr-xr-x 2 ${user} staff 4096 sets` }),
  (user) => ({ written: user, text: `/data/${user}/imagenet` }),
  (user) => ({ written: user, text: `uid=1000(${user}) gid=1000(${user})` }),
  (user) => ({ written: user.toUpperCase(), text: `\\\\?\\C:\\Users\\${user.toUpperCase()}\\x` }),
  (user) => ({ written: encodeURIComponent(user), text: `file:///home/${encodeURIComponent(user)}/x.whl` }),
  (user) => ({ written: inJson(user), text: `{"path": "/home/${inJson(user)}/venv"}` }),
  (user) => ({ written: octal(user), text: `/dev/sdb1 /home/${octal(user)}/mnt ext4 rw 0 0` }),
  (user) => ({ written: systemd(user), text: `home-${systemd(user)}.mount: Succeeded.` }),
  (user) => ({ written: user.replaceAll(" ", "\\ "), text: `cd /home/${user.replaceAll(" ", "\\ ")}/x` }),
  (user) => {
    const written = user.replaceAll("&", "&amp;").replaceAll("'", "&apos;");
    return { written, text: `<process_name>/home/${written}/venv/bin/python</process_name>` };
  },
  (user) => ({ written: user.normalize("NFD"), text: `/Users/${user.normalize("NFD")}/x` }),
];

/** Where a line may stand: which entry of its kind is told by a number. */
export type Place = readonly ["stderr" | "stdout" | "file" | "log" | "env" | "trouble" | "environ" | "word", number];

export const places: fc.Arbitrary<Place> = fc.tuple(
  fc.constantFrom("stderr", "stdout", "file", "file", "log", "env", "trouble", "environ", "word"),
  fc.nat(1000),
);

const ran: RunResult = {
  outcome: "ended",
  exitCode: 0,
  signal: null,
  stdout: "",
  stderr: "",
  truncated: false,
  durationMs: 1,
};

/** The recording with a line of text in it. */
export function withLine(recording: Recording, [kind, at]: Place, text: string): Recording {
  const changed = <T>(table: Readonly<Record<string, T>>, change: (entry: T) => T): Readonly<Record<string, T>> => {
    const keys = Object.keys(table);
    const key = keys[at % Math.max(1, keys.length)];
    const entry = key === undefined ? undefined : table[key];
    return key === undefined || entry === undefined ? table : { ...table, [key]: change(entry) };
  };
  switch (kind) {
    case "stdout":
    case "stderr":
      return {
        ...recording,
        commands: changed(recording.commands, (run) => ({ ...run, [kind]: `${run[kind]}\n${text}\n` })),
      };
    case "file":
      return {
        ...recording,
        files: changed(recording.files, (content) => {
          if (typeof content === "string") return `${content}\n${text}\n`;
          return "base64" in content ? appended(content.base64, text) : { ...content, message: text };
        }),
      };
    case "log": {
      const before = recording.commands["dmesg"] ?? ran;
      const log = `${before.stdout}\nNov 22 10:11:12 x kernel: ${at % 2 ? "NVRM: " : "usb: "}${text}\n`;
      return { ...recording, commands: { ...recording.commands, dmesg: { ...before, stdout: log } } };
    }
    case "env": {
      const names = ["PIP_EXTRA_INDEX_URL", "CONDA_NOTE", "LD_LIBRARY_PATH", "MY_NOTES", "NVIDIA_X", "PYTHONPATH"];
      return { ...recording, env: { ...recording.env, [names[at % names.length] ?? ""]: text } };
    }
    case "trouble":
      return {
        ...recording,
        files: { ...recording.files, "/etc/os-release": { trouble: "failed", message: text } },
      };
    case "environ":
      return {
        ...recording,
        files: { ...recording.files, "/proc/1/environ": `PATH=/bin\0NOTE=${text}\0container=docker\0` },
      };
    case "word":
      // A path that a person chose.
      return { ...recording, look: { ...recording.look, data: `/data/${text.replaceAll("\n", " ")}` } };
  }
}

function appended(base64: string, text: string): { readonly base64: string } {
  const bytes = Buffer.from(base64, "base64");
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return { base64: Buffer.concat([bytes, Buffer.from(`\n${text}\n`, utf16 ? "utf16le" : "utf8")]).toString("base64") };
}

/** The machine with the home folder of another user, as each program would write it. */
export function withUser(recording: Recording, user: string): Recording {
  const { home, platform } = recording.identity;
  const slash = platform === "win32" ? "\\" : "/";
  const parent = home.slice(0, home.lastIndexOf(slash));
  if (!/[\\/](?:home|Users)$/.test(parent)) return recording;
  const newHome = parent + slash + user;
  const plain = (text: string): string => replacedPath(text, home, newHome);
  const table = <T>(of: Readonly<Record<string, T>>, entry: (value: T) => T, key = plain) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [key(name), entry(value)]));
  const deep = <T>(value: T): T => JSON.parse(JSON.stringify(value), (_, v) => (typeof v === "string" ? plain(v) : v));
  const printed = (text: string): string =>
    text.includes('"') ? replacedPath(plain(text), inJson(home), inJson(newHome)) : plain(text);
  const content = (path: string, value: Recording["files"][string]): Recording["files"][string] => {
    if (typeof value !== "string") return deep(value);
    const mounts = /\/(?:mounts|mountinfo)$/.test(path);
    return mounts ? replacedPath(value, home, newHome.replaceAll(" ", "\\040")) : printed(value);
  };
  return {
    ...recording,
    identity: deep(recording.identity),
    env: { ...deep(recording.env), USER: user },
    commands: table(
      recording.commands,
      (run) => ({ ...run, stdout: printed(run.stdout), stderr: plain(run.stderr) }),
      (key) => commandKey(commandWords(key).map(plain)),
    ),
    files: Object.fromEntries(
      Object.entries(recording.files).map(([path, value]) => [plain(path), content(path, value)]),
    ),
    folders: table(recording.folders, deep),
    stats: table(recording.stats, deep),
    realPaths: table(recording.realPaths, deep),
    spaces: table(recording.spaces, deep),
    ...(recording.look && { look: deep(recording.look) }),
  };
}

function replacedPath(text: string, from: string, to: string): string {
  let result = "";
  let rest = 0;
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length)) {
    // /home/user2 is somebody else's.
    if (/[\p{L}\p{N}]/u.test(text.charAt(at + from.length))) continue;
    result += text.slice(rest, at) + to;
    rest = at + from.length;
  }
  return result + text.slice(rest);
}

/** As Python's json module writes it. */
function inJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Where a machine's name stands. */
export function withHost(recording: Recording, name: string): Recording {
  const { platform } = recording.identity;
  const log = recording.commands["dmesg"] ?? ran;
  const label = name.split(".")[0] ?? name;
  return {
    ...recording,
    env: { ...recording.env, ...(platform === "win32" ? { COMPUTERNAME: name } : { HOSTNAME: name }) },
    commands: {
      ...recording.commands,
      "uname -a": { ...ran, stdout: `Linux ${name} 6.1.0 #1 SMP x86_64 GNU/Linux\n` },
      dmesg: { ...log, stdout: `${log.stdout}\nNov 22 10:11:12 ${label} kernel: NVRM: loading on ${name}\n` },
    },
  };
}

/** Another machine, of which a share is mounted or named in a path. */
export function withShare(recording: Recording, server: string, how: number): Recording {
  const { platform } = recording.identity;
  if (platform === "win32") return { ...recording, look: { data: `\\\\${server}\\sets\\imagenet` } };
  const sources = [`//${server}/sets`, `${server}:/export/sets`, `//${server}/u$`];
  const source = sources[how % sources.length] ?? "";
  const table = recording.files["/proc/self/mountinfo"];
  const line = `999 1 0:99 / /mnt/sets rw - ${source.startsWith("/") ? "cifs" : "nfs4"} ${source} rw,vers=3.1.1`;
  return {
    ...recording,
    files: { ...recording.files, "/proc/self/mountinfo": `${typeof table === "string" ? table : ""}${line}\n` },
    look: { ...recording.look, data: "/mnt/sets" },
  };
}
