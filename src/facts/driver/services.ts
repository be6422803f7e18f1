import type { Host } from "../../host/host.ts";
import { excerpt } from "../../text/plain.ts";
import { absent, type Fact, unknown, value } from "../fact.ts";
import { evidence, hostWords, whyNot } from "../parse/answers.ts";

const units = ["/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system"].map(
  (folder) => `${folder}/nvidia-fabricmanager.service`,
);

/** State of the Fabric Manager. `needed`: this board has NVSwitches, so its absence is worth a question to systemd. */
export async function fabricManager(host: Host, needed: boolean): Promise<Fact<string>> {
  const stats = await Promise.all(units.map((path) => host.stat(path)));
  const installed = stats.some(({ ok }) => ok);
  if (!installed && !needed) return absent();
  const run = await host.run(["systemctl", "is-active", "nvidia-fabricmanager"]);
  const state = /^[a-z]{3,20}/.exec(run.stdout.trim())?.[0];
  if (!installed && state !== "active")
    return absent(evidence("systemctl is-active nvidia-fabricmanager", state ?? "not installed"));
  return state === undefined
    ? unknown(hostWords(excerpt(run.stderr, 1) || run.outcome, "systemctl"))
    : value(state, evidence("systemctl is-active nvidia-fabricmanager", state));
}

/** Source: prime-select of Ubuntu's nvidia-prime, which keeps its choice in this file. */
const primeFile = "/etc/prime-discrete";
const profiles: Readonly<Record<string, string>> = { on: "nvidia", off: "intel" };

export async function primeProfile(host: Host): Promise<Fact<string>> {
  const file = await host.readFile(primeFile);
  if (!file.ok) return file.trouble === "missing" ? absent() : unknown(whyNot(primeFile, file));
  const word = /^[\w-]{1,40}/.exec(file.value.trim())?.[0];
  return word === undefined
    ? unknown(whyNot(primeFile, file))
    : value(profiles[word] ?? word, evidence(primeFile, word));
}
