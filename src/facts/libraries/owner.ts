import type { Host } from "../../host/host.ts";
import { message } from "../../text/message.ts";
import { absent, type Fact, unknown, value } from "../fact.ts";

const texts = {
  noManager: message("neither dpkg nor rpm is here to tell", "这里既没有 dpkg 也没有 rpm，无从得知"),
};

/** The package that a file belongs to; absent: it came with no package (NVIDIA's .run installer, a copy). */
export async function libraryOwner(host: Host, path: string): Promise<Fact<string>> {
  const dpkg = await host.run(["dpkg-query", "-S", path]);
  if (dpkg.outcome === "ended") {
    const name = /^([a-z0-9][a-z0-9+.-]{0,100})(?::[a-z0-9]+)?[:,]/m.exec(dpkg.stdout)?.[1];
    return name === undefined ? absent() : value(name, { source: `dpkg -S ${path}`, excerpt: name });
  }
  const rpm = await host.run(["rpm", "-qf", "--queryformat=%{NAME}", path]);
  if (rpm.outcome !== "ended") return unknown(texts.noManager());
  const name = rpm.exitCode === 0 ? /^[\w.+-]{1,100}$/.exec(rpm.stdout.trim())?.[0] : undefined;
  return name === undefined ? absent() : value(name, { source: `rpm -qf ${path}`, excerpt: name });
}
