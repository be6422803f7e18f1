import { type Language, languages } from "./message.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The language that the environment asks for: the first of LC_ALL, LC_MESSAGES and LANG that is set (POSIX, XBD 8.2),
 * and before it, as in GNU gettext, the list of LANGUAGE, unless that locale is C. Windows sets none of them: there it
 * is the language of the system. zh of any region is Chinese; what is not known is English.
 */
export function localeLanguage(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  systemLocale: () => string = intlLocale,
): Language {
  const locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  const unlocalised = /^(?:C|POSIX)(?:\.|$)/i.test(locale);
  if (locale === "") return (platform === "win32" ? named(systemLocale()) : undefined) ?? "en";
  if (unlocalised) return "en";
  const wished = (env["LANGUAGE"] ?? "").split(":").map(named);
  return wished.find((language) => language !== undefined) ?? named(locale) ?? "en";
}

/**
 * The language for what is said before the options are read: that of --lang among the arguments of envdoctor itself, else
 * the environment's.
 */
export function argumentLanguage(args: readonly string[], env: Environment): Language {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  const given = own.flatMap((word, at) => {
    if (word.startsWith("--lang=")) return [word.slice("--lang=".length)];
    return word === "--lang" ? [own[at + 1]] : [];
  });
  return languages.find((language) => language === given.at(-1)) ?? localeLanguage(env);
}

/** zh_CN.UTF-8, zh-Hans-CN, en_GB@euro. */
function named(locale: string): Language | undefined {
  const language = /^[a-z]+/i.exec(locale)?.[0].toLowerCase();
  return languages.find((known) => known === language);
}

function intlLocale(): string {
  return Intl.DateTimeFormat().resolvedOptions().locale;
}
