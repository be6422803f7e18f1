import type { Host } from "../../host/host.ts";
import { message } from "../../text/message.ts";
import { absent, type Fact, toldEvidence, unknown, value } from "../fact.ts";
import type { DeviceNode } from "../facts.ts";
import { evidence, whyNot } from "../parse/answers.ts";

const texts = {
  noFile: message("no such file", "没有这个文件"),
};

/** NVIDIA's device nodes by their modes. They are never opened: a stuck driver freezes whoever opens one. */
export async function nvidiaNodes(host: Host): Promise<Fact<readonly DeviceNode[]>> {
  const names = await host.listFolder("/dev");
  if (!names.ok) return unknown(whyNot("/dev", names));
  const own = names.value.filter((name) => /^nvidia(?:\d{1,4}|ctl|-uvm|-uvm-tools|-modeset)$/.test(name));
  if (own.length === 0) return absent(toldEvidence("ls /dev/nvidia*", texts.noFile()));
  const nodes = await Promise.all(own.map((name) => nodeAt(host, `/dev/${name}`)));
  return value(nodes, evidence("ls -l /dev/nvidia*", nodes.map(described).join("\n"), 8));
}

export async function dxgNode(host: Host): Promise<Fact<DeviceNode>> {
  const stat = await host.stat("/dev/dxg");
  if (!stat.ok)
    return stat.trouble === "missing"
      ? absent(toldEvidence("ls /dev/dxg", texts.noFile()))
      : unknown(whyNot("/dev/dxg", stat));
  const node = await nodeAt(host, "/dev/dxg");
  return value(node, evidence("ls -l /dev/dxg", described(node)));
}

async function nodeAt(host: Host, path: string): Promise<DeviceNode> {
  const stat = await host.stat(path);
  // A stat that is refused tells of the folder or of a sandbox, not of the node's own modes.
  if (!stat.ok) return { path, mode: null, owner: null, group: null, accessible: null };
  const { mode, uid, gid, readable, writable } = stat.value;
  const [owner, group] = await Promise.all([nameOf(host, "passwd", uid), nameOf(host, "group", gid)]);
  return { path, mode: mode & 0o777, owner, group, accessible: readable && writable };
}

/** Nearly always root; one entry is asked for rather than reading who all the users are. */
async function nameOf(host: Host, table: "passwd" | "group", id: number): Promise<string> {
  if (id === 0) return "root";
  const { outcome, stdout } = await host.run(["getent", table, String(id)]);
  const name = outcome === "ended" ? /^([\w.$-]{1,64}):/.exec(stdout)?.[1] : undefined;
  return name ?? String(id);
}

function described({ path, mode, owner, group }: DeviceNode): string {
  return `${mode === null ? "?" : mode.toString(8).padStart(4, "0")} ${owner ?? "?"}:${group ?? "?"} ${path}`;
}
