import { describe, expect, test } from "vitest";
import { argumentLanguage, localeLanguage } from "../../src/text/locale.ts";

describe("the language of a locale", () => {
  test.each([
    ["nothing set", {}, "en"],
    ["LANG", { LANG: "zh_CN.UTF-8" }, "zh"],
    ["Taiwan", { LANG: "zh_TW.UTF-8" }, "zh"],
    ["Hong Kong, as macOS writes it", { LANG: "zh-Hans-HK" }, "zh"],
    ["another language", { LANG: "de_DE.UTF-8" }, "en"],
    ["a language whose name begins alike", { LANG: "zha_CN" }, "en"],
    ["LC_MESSAGES before LANG", { LC_MESSAGES: "zh_CN", LANG: "en_US" }, "zh"],
    ["LC_ALL before all", { LC_ALL: "en_GB", LC_MESSAGES: "zh_CN", LANG: "zh_CN" }, "en"],
    ["an empty one counts as unset", { LC_ALL: "", LANG: "zh_CN" }, "zh"],
    ["other categories do not count", { LC_CTYPE: "zh_CN.UTF-8", LANG: "C" }, "en"],
    ["LANGUAGE is a list, the first that is spoken here counts", { LANGUAGE: "de:zh_CN:en", LANG: "de_DE" }, "zh"],
    ["LANGUAGE before the locale", { LANGUAGE: "en", LANG: "zh_CN.UTF-8" }, "en"],
    ["but not where the locale is C", { LANGUAGE: "zh", LANG: "C.UTF-8" }, "en"],
    ["nor POSIX", { LANGUAGE: "zh", LC_ALL: "POSIX" }, "en"],
    ["LANGUAGE with nothing that is spoken", { LANGUAGE: "fr:de", LANG: "zh_CN" }, "zh"],
  ] as const)("%s", (_, env, language) => {
    expect(localeLanguage(env, "linux")).toBe(language);
  });

  test("of the system on Windows, where nothing is set", () => {
    expect(localeLanguage({}, "win32", () => "zh-Hans-CN")).toBe("zh");
    expect(localeLanguage({}, "win32", () => "ja-JP")).toBe("en");
    expect(localeLanguage({ LANG: "en_US.UTF-8" }, "win32", () => "zh-CN")).toBe("en");
    expect(localeLanguage({}, "linux", () => "zh-CN")).toBe("en");
  });
});

describe("the language of what is said before the options are read", () => {
  const chinese = { LANG: "zh_CN.UTF-8" };
  test.each([
    ["the environment's", ["check"], chinese, "zh"],
    ["--lang before the command", ["--lang", "en", "check"], chinese, "en"],
    ["--lang behind the command", ["check", "--lang=zh"], {}, "zh"],
    ["the last one", ["check", "--lang=zh", "--lang", "en"], {}, "en"],
    ["one that is not spoken", ["check", "--lang", "fr"], chinese, "zh"],
    ["no value at all", ["check", "--lang"], chinese, "zh"],
    ["that of another program", ["preflight", "--", "train", "--lang", "zh"], {}, "en"],
  ] as const)("%s", (_, args, env, language) => {
    expect(argumentLanguage(args, env)).toBe(language);
  });
});
