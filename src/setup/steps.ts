/** Steps made of the catalogue's remedies: a fix is written down once, beside its cause. */
import type { CauseId } from "../../checks/causes/ids.ts";
import { inWsl, onMacos, onWindows } from "../../checks/situation.ts";
import type { Remedy } from "../diagnosis/cause.ts";
import type { DiagnosedCause } from "../diagnosis/diagnose.ts";
import { known } from "../facts/fact.ts";
import type { Facts } from "../facts/facts.ts";
import { message } from "../text/message.ts";
import type { Edit } from "./edit.ts";
import type { Action, Step, Undo } from "./step.ts";

const texts = {
  command: message(
    "what a command changed in the system stays; the commands that were run are in the journal",
    "命令对系统做的改动会保留；执行过的命令记录在日志中",
  ),
  byHand: message("it was done by hand", "这是手动完成的"),
};

export const cannotUndo = { command: texts.command(), byHand: texts.byHand() };

/** Everything of a step that is not said takes its usual value. */
type StepParts = Pick<Step, "id" | "title" | "why"> & Partial<Step>;

export function step(parts: StepParts): Step {
  const defaults = {
    where: "any",
    needs: [],
    actions: [],
    byHand: [],
    touches: [],
    verify: { kind: "nothing" },
    cause: null,
    others: [],
    optional: false,
  } as const;
  const filled = { ...defaults, ...parts };
  return { ...filled, undo: parts.undo ?? undoOf(filled.actions) };
}

function undoOf(actions: readonly Action[]): Undo {
  if (actions.length === 0) return { kind: "none", why: cannotUndo.byHand };
  if (actions.some((action) => action.kind === "run" && action.lines.some(installsDebian))) return { kind: "packages" };
  if (actions.every((action) => action.kind !== "run")) return { kind: "files" };
  return { kind: "none", why: cannotUndo.command };
}

const installsDebian = (line: string): boolean => /^sudo apt-get install /.test(line);

/** Lines that only change the shell they are typed in, or wait for something of the user's to be put in. */
const ownShell = /^(export|unset|ulimit|source|nvm|cd) /;
const placeholder = /\b(DISTRO|VMID|train\.py)\b/;
/** Nobody's machine is restarted under their hands. */
const restarts = /^sudo (reboot|shutdown|poweroff)\b/;

/** Can envdoctor itself run the lines of this remedy on this machine? */
export function runsHere({ where, commands }: Remedy, facts: Facts): boolean {
  if (commands.length === 0) return false;
  if (where === "any") return commands.every((line) => /^envdoctor /.test(line));
  if (ownShell.test(commands[0] ?? "") || commands.some((line) => placeholder.test(line) || restarts.test(line)))
    return false;
  if (onWindows(facts)) return where === "windows" || where === "guest";
  // Windows programs could be started from WSL, but `wsl --shutdown` would end this very program.
  if (where === "windows" || where === "host") return false;
  return where !== "macos" || onMacos(facts);
}

interface FromRemedy {
  readonly cause: DiagnosedCause;
  readonly remedy: Remedy;
  /** 1-based place among the steps of this cause. */
  readonly place: number;
  readonly others?: readonly Remedy[];
  readonly optional?: boolean;
  /** An edit that does what the lines of the remedy do, or ask for. */
  readonly edit?: Edit;
}

/** Which remedy was taken is part of the id: another one is another step. */
function stepOf(facts: Facts, { cause, remedy, place, others = [], optional = false, edit }: FromRemedy): Step {
  const here = edit !== undefined || runsHere(remedy, facts);
  return step({
    id: `${cause.cause.id}/${place}`,
    title: remedy.title,
    why: cause.cause.explanation,
    where: remedy.where,
    // What is typed in another shell reaches this program only when it is started from there.
    needs: !here && ownShell.test(remedy.commands[0] ?? "") ? [...remedy.needs, "new-terminal"] : remedy.needs,
    actions: here ? actionsOf(remedy.commands, edit) : [],
    byHand: here ? [] : remedy.commands,
    verify: { kind: "checks", ids: cause.findings },
    cause: cause.cause.id,
    others,
    optional,
  });
}

function actionsOf(lines: readonly string[], edit: Edit | undefined): Action[] {
  if (edit) return [{ kind: "edit", edit, lines }];
  const actions: Action[] = [];
  let batch: string[] = [];
  const flush = (): void => {
    if (batch.length > 0) actions.push({ kind: "run", lines: batch });
    batch = [];
  };
  for (const line of lines) {
    const written = writtenFile(line);
    const own = /^envdoctor (.*)$/.exec(line)?.[1];
    if (written) {
      flush();
      actions.push({ kind: "edit", edit: written, lines: [line] });
    } else if (own !== undefined) {
      flush();
      actions.push({ kind: "envdoctor", args: own.split(" ") });
    } else batch.push(line);
  }
  flush();
  return actions;
}

/** `printf '…' | sudo tee FILE` and `echo … | sudo tee FILE` write a file: as an edit it is saved and can be undone. */
function writtenFile(line: string): Edit | null {
  const match = /^(?:printf '([^'%]*)'|echo (?:'([^']*)'|([\w./-]+))) \| sudo tee (\/[\w./-]+)$/.exec(line);
  if (match === null) return null;
  const [, format, quoted, bare, path = ""] = match;
  const text = format === undefined ? `${quoted ?? bare ?? ""}\n` : format.replaceAll("\\n", "\n");
  return { kind: "block", path, name: "setup", lines: text.split("\n").filter((one) => one !== "") };
}

/**
 * Remedies of a cause that belong together and are taken one after the other, from the first on; of the other causes
 * the first one is taken and the rest are other ways.
 */
const together: Partial<Record<CauseId, number>> = {
  "driver-branch-dropped-gpu": 2,
  "open-kernel-module-required": 2,
  "kernel-module-missing": 2,
  "wsl-gpu-disabled-in-config": 3,
  "wsl-linux-driver-installed": 2,
  "wsl-custom-kernel": 2,
  "wslconfig-ignored": 3,
  "hyperv-gpupv-driver-files-missing": 3,
  "container-uvm-device-missing": 1,
};

/** The steps that mend a cause. */
export function stepsOfCause(facts: Facts, cause: DiagnosedCause, optional = false): Step[] {
  const count = Math.min(together[cause.cause.id] ?? 1, cause.fix.length);
  const others = cause.fix.slice(count);
  return cause.fix.slice(0, count).map((remedy, at) => {
    const edit = editFor(facts, cause.cause.id, remedy);
    return stepOf(facts, { cause, remedy, place: at + 1, others: at === 0 ? others : [], optional, edit });
  });
}

/** Files of WSL are merged by envdoctor rather than by hand or by sed, so that they are saved and can be undone. */
function editFor(facts: Facts, id: CauseId, remedy: Remedy): Edit | undefined {
  const wsl = known(facts.wsl);
  const config = wsl && known(wsl.config);
  if (id === "wsl-gpu-disabled-in-config" && remedy.where === "linux" && inWsl(facts)) {
    const changes = [{ section: "gpu", key: "enabled", value: "true" }];
    return { kind: "settings", path: "/etc/wsl.conf", changes };
  }
  if (config === undefined || remedy.where !== "windows") return undefined;
  const { path } = config;
  const save = remedy.commands.some((line) => line.includes("WriteAllLines"));
  if (id === "wslconfig-ignored" && save) return { kind: "settings", path, changes: [], utf8: true };
  if (remedy.commands.length > 0) return undefined;
  if (id === "wsl-gpu-disabled-in-config") {
    const changes = ["gpuSupport", "safeMode"].map((key) => ({ section: "wsl2", key, value: null }));
    return { kind: "settings", path, changes };
  }
  const kernel = [{ section: "wsl2", key: "kernel", value: null }];
  // The third remedy of a foreign kernel is to build a better one; that is nobody's edit.
  return id === "wsl-custom-kernel" && config.kernel !== null ? { kind: "settings", path, changes: kernel } : undefined;
}

/** The same step by another of its remedies. */
export function byOtherWay(facts: Facts, of: Step, remedy: Remedy): Step {
  const here = runsHere(remedy, facts);
  const actions = here ? actionsOf(remedy.commands, undefined) : [];
  return {
    ...of,
    title: remedy.title,
    where: remedy.where,
    needs: remedy.needs,
    actions,
    byHand: here ? [] : remedy.commands,
    undo: undoOf(actions),
  };
}
