/** Miniconda where there is no conda, and an environment made with it. */

import { pythonOs, quoted } from "../../../checks/causes/python.ts";
import { familyOf, install } from "../../../checks/causes/remedies.ts";
import { onMacos, onWindows } from "../../../checks/situation.ts";
import { known } from "../../facts/fact.ts";
import { message } from "../../text/message.ts";
import type { Step } from "../step.ts";
import { step } from "../steps.ts";
import type { Context } from "./context.ts";
import { environmentFolder, environmentPython } from "./framework.ts";

/** Installers with their SHA-256 sums: https://repo.anaconda.com/miniconda/ */
const release = "Miniconda3-py312_25.1.1-2";
const installers: Readonly<Record<string, { readonly file: string; readonly sha256: string }>> = {
  x64: {
    file: `${release}-Linux-x86_64.sh`,
    sha256: "4766d85b5f7d235ce250e998ebb5a8a8210cbd4f2b0fea4d2177b3ed9ea87884",
  },
  arm64: {
    file: `${release}-Linux-aarch64.sh`,
    sha256: "6d05b9f9b7f327b90797a4cf56d68c81578bab2f63257a3e7a8b72cb0f0e4b5d",
  },
};

const texts = {
  wget: message("Install wget", "安装 wget"),
  wgetWhy: message("It fetches the installer of Miniconda.", "用它下载 Miniconda 安装程序。"),
  conda: message(
    "Download Miniconda, check its SHA-256 sum, install it to {folder}",
    "下载 Miniconda，校验 SHA-256，安装到 {folder}",
  ),
  condaWhy: message(
    "Miniconda brings a Python of its own and keeps environments apart; it needs no rights of root.",
    "Miniconda 自带 Python，并能隔离各个环境；不需要 root 权限。",
  ),
  init: message("Let new terminals know conda (conda init)", "让新终端能使用 conda（conda init）"),
  initWhy: message(
    "It adds a block to ~/.bashrc; `conda activate` then works in every terminal opened from now on.",
    "它会在 ~/.bashrc 中加入一段内容；之后打开的每个终端都能使用 `conda activate`。",
  ),
  manual: message(
    "Install Miniconda from https://www.anaconda.com/docs/getting-started/miniconda/install",
    "从 https://www.anaconda.com/docs/getting-started/miniconda/install 安装 Miniconda",
  ),
};

type Create = (context: Context, lines: readonly string[], python: string) => Step;

export function condaSteps(context: Context, create: Create): Step[] {
  const { facts, surroundings, target } = context;
  const folder = quoted(environmentFolder(target, facts), pythonOs(facts));
  const own = `${surroundings.home}${onWindows(facts) ? "\\miniconda3\\Scripts\\conda.exe" : "/miniconda3/bin/conda"}`;
  const conda = quoted(surroundings.conda ?? own, pythonOs(facts));
  const made = create(context, [`${conda} create -y -p ${folder} python=3.12`], environmentPython(target, facts));
  return surroundings.conda === null ? [...minicondaSteps(context), made] : [made];
}

function minicondaSteps(context: Context): Step[] {
  const { facts, surroundings } = context;
  const installer = installers[known(facts.system.arch) ?? "x64"];
  if (onWindows(facts) || onMacos(facts) || installer === undefined) {
    return [
      step({ id: "miniconda", title: texts.manual(), why: texts.condaWhy(), needs: ["network", "new-terminal"] }),
    ];
  }
  const family = familyOf(facts);
  const wget =
    surroundings.wget || family === null || family === "other"
      ? []
      : [
          step({
            id: "wget",
            title: texts.wget(),
            why: texts.wgetWhy(),
            where: "linux",
            needs: ["sudo", "network"],
            cost: { minutes: 1, diskMiB: 5 },
            actions: [{ kind: "run", lines: [install(family, ["wget"])] }],
          }),
        ];
  const folder = `${surroundings.home}/miniconda3`;
  const target = quoted(folder, "linux");
  const download = quoted(`${surroundings.home}/${installer.file}`, "linux");
  const lines = [
    `wget -c -O ${download} https://repo.anaconda.com/miniconda/${installer.file}`,
    `echo '${installer.sha256}  '${download} | sha256sum --check -`,
    `bash ${download} -b -u -p ${target}`,
  ];
  return [
    ...wget,
    step({
      id: "miniconda",
      title: texts.conda({ folder }),
      why: texts.condaWhy(),
      where: "linux",
      needs: ["network"],
      cost: { minutes: 3, diskMiB: 700 },
      actions: [{ kind: "run", lines }],
      verify: { kind: "exists", path: `${folder}/bin/conda` },
      undo: { kind: "folder", path: folder },
    }),
    step({
      ...{
        id: "conda-init",
        title: texts.init(),
        why: texts.initWhy(),
        where: "linux",
        needs: ["new-terminal"],
        optional: true,
      },
      actions: [{ kind: "run", lines: [`${target}/bin/conda init bash`] }],
      touches: [`${surroundings.home}/.bashrc`],
      undo: { kind: "files" },
    }),
  ];
}
