import type { Answer, Host, RunResult } from "../../src/host/host.ts";
import { commandKey } from "../../src/host/recording.ts";
import { withoutScriptsFolder } from "../../src/host/scripts.ts";

/** What a check asks a machine. A file read as text and as bytes is one question. */
export interface Question {
  readonly kind: "run" | "file" | "folder" | "stat" | "link" | "space" | "inventory" | "env";
  /** The command as in a recording, the path, or the name of the variable. */
  readonly key: string;
}

/** What stands between the one who asks and the machine: given the question and the way to the true answer. */
export interface Between {
  run(key: string, ask: () => Promise<RunResult>): Promise<RunResult>;
  answer<T>(kind: Question["kind"], key: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>>;
  variable(name: string, given: string | undefined): string | undefined;
}

export function throughHost(host: Host, scriptsFolder: string, between: Between): Host {
  const env = new Proxy(host.env, {
    get: (target, name) => (typeof name === "string" ? between.variable(name, target[name]) : undefined),
  });
  return {
    identity: host.identity,
    env,
    run: (argv, options) =>
      between.run(commandKey(withoutScriptsFolder(argv, scriptsFolder)), () => host.run(argv, options)),
    readFile: (path, options) => between.answer("file", path, () => host.readFile(path, options)),
    readBytes: (path, maxBytes) => between.answer("file", path, () => host.readBytes(path, maxBytes)),
    listFolder: (path) => between.answer("folder", path, () => host.listFolder(path)),
    stat: (path) => between.answer("stat", path, () => host.stat(path)),
    realPath: (path) => between.answer("link", path, () => host.realPath(path)),
    space: (path) => between.answer("space", path, () => host.space(path)),
    inventory: () => between.answer("inventory", "", () => host.inventory()),
  };
}

/** A host that notes what it is asked. */
export function noting(
  host: Host,
  scriptsFolder: string,
): { readonly host: Host; readonly questions: () => Question[] } {
  const asked = new Map<string, Question>();
  const note = (kind: Question["kind"], key: string): void => {
    asked.set(`${kind} ${key}`, { kind, key });
  };
  const between: Between = {
    run(key, ask) {
      note("run", key);
      return ask();
    },
    answer(kind, key, ask) {
      note(kind, key);
      return ask();
    },
    variable(name, given) {
      note("env", name);
      return given;
    },
  };
  return { host: throughHost(host, scriptsFolder, between), questions: () => [...asked.values()] };
}
