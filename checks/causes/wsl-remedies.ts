/** Remedies that many faults of WSL share; they are typed on Windows. */
import type { Remedy } from "../../src/diagnosis/cause.ts";
import { known } from "../../src/facts/fact.ts";
import type { Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { byHand, type } from "./remedies.ts";

export const shutdown = "wsl --shutdown";

const texts = {
  updateWsl: message(
    "On Windows, update WSL and its kernel, then restart it",
    "在 Windows 上更新 WSL 及其内核，然后重启 WSL",
  ),
  restartWsl: message(
    "On Windows, shut WSL down (all distros and Docker Desktop stop) and open the distro again",
    "在 Windows 上关闭 WSL（所有发行版和 Docker Desktop 都会停止），再重新打开发行版",
  ),
  updateDriver: message(
    "On Windows, install the current NVIDIA driver from https://www.nvidia.com/drivers",
    "在 Windows 上从 https://www.nvidia.com/drivers 安装最新的 NVIDIA 驱动",
  ),
};

export const updateWsl: Remedy = type("windows", texts.updateWsl(), ["wsl --update", shutdown], "network", "downtime");
export const restartWsl: Remedy = type("windows", texts.restartWsl(), [shutdown], "downtime");
export const updateWindowsDriver: Remedy = byHand("windows", texts.updateDriver(), "administrator", "network");

/** Where the user's .wslconfig lies, as Windows names the place. */
export function configPath(facts: Facts): string {
  const wsl = known(facts.wsl);
  return (wsl && known(wsl.config)?.path) ?? "%UserProfile%\\.wslconfig";
}
