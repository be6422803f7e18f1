import { marksOf } from "../text/marks.ts";
import { type Language, message, type Said, verbatim } from "../text/message.ts";

const needs: Readonly<Record<string, Said>> = {
  sudo: message("sudo", "sudo 权限")(),
  administrator: message("administrator", "管理员权限")(),
  network: message("network", "网络")(),
  reboot: message("reboot", "重启")(),
  "new-terminal": message("new-terminal", "新开终端")(),
  relogin: message("relogin", "重新登录")(),
  downtime: message("downtime", "停止正在运行的任务")(),
};

const places: Readonly<Record<string, Said>> = {
  linux: message("linux", "Linux")(),
  windows: message("windows", "Windows")(),
  macos: message("macos", "macOS")(),
  guest: message("guest", "虚拟机内")(),
  host: message("host", "宿主机")(),
};

/** What a remedy needs, "sudo, reboot". */
export function needWords(names: readonly string[], language: Language): string {
  return names.map((name) => (needs[name] ?? verbatim(name))[language]).join(marksOf(language).and);
}

/** Where a remedy is carried out and what it needs, "host, sudo"; empty where there is nothing to say. */
export function placeAndNeeds(where: string, names: readonly string[], language: Language): string {
  const place = where === "any" ? [] : [(places[where] ?? verbatim(where))[language]];
  return [...place, ...(names.length > 0 ? [needWords(names, language)] : [])].join(marksOf(language).and);
}
