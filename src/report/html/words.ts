import { type Language, message, type Said } from "../../text/message.ts";
import type { Mark } from "./icons.ts";

const texts = {
  status: {
    pass: message("passed", "通过"),
    warn: message("warning", "警告"),
    fail: message("failed", "失败"),
    unknown: message("unknown", "未知"),
    skipped: message("not judged", "未判断"),
  },
  where: {
    guest: message("in the guest", "在虚拟机内"),
    host: message("on the host", "在宿主机上"),
    windows: message("in Windows PowerShell", "在 Windows PowerShell 中"),
  },
  needs: {
    sudo: message("sudo", "sudo"),
    administrator: message("administrator", "管理员权限"),
    network: message("network", "网络"),
    reboot: message("restart", "重启"),
    "new-terminal": message("new terminal", "新终端"),
    relogin: message("log in again", "重新登录"),
    downtime: message("downtime", "停机"),
  },
};

export function statusWord(mark: Mark): Said {
  return texts.status[mark]();
}

/** Where a remedy is carried out, where that is worth saying. */
export function whereWord(where: string): Said | null {
  return where in texts.where ? texts.where[where as keyof typeof texts.where]() : null;
}

export function needWord(need: string): Said {
  return need in texts.needs ? texts.needs[need as keyof typeof texts.needs]() : { en: need, zh: need };
}

/** A label with its colon. */
export function label(words: Said): Said {
  return { en: `${words.en}: `, zh: `${words.zh}：` };
}

/** Speaks one language. */
export type Say = (words: Said) => string;

export function speaker(language: Language): Say {
  return (words) => words[language];
}
