/**
 * Words that people read, in every language the program speaks. A message is written where the check, cause or step it
 * belongs to stands; machine formats take the English text.
 *
 * One Chinese word for one thing:
 *
 *     driver 驱动            kernel module 内核模块    device node 设备节点    card 显卡, GPU as the unit that computes
 *     host 宿主机            guest 虚拟机              container 容器          restart 重启
 *     root cause 根本原因    evidence 依据             fix 修复                snapshot 快照
 *     worker worker          start method 启动方式     batch 批次              epoch epoch, 每轮 where it is counted
 *     loss 损失              accuracy 准确率           step 训练步             folder 目录
 *     shared memory 共享内存 swap 交换空间             environment 环境        wheel wheel
 *
 * Marks are full-width (，。：；（）、“”) with no blank beside them; a blank stands between Chinese and Latin letters or
 * digits; words of a program, and commands in backticks, stay as they are typed.
 */
export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

/** One finished sentence in every language. */
export type Said = Readonly<Record<Language, string>>;

export type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** The translation must use the very placeholders of the English text, or it does not compile. */
export type SamePlaceholders<En extends string, Other extends string> = [Names<En>] extends [Names<Other>]
  ? [Names<Other>] extends [Names<En>]
    ? Other
    : `unknown placeholder {${Exclude<Names<Other>, Names<En>>}}`
  : `missing placeholder {${Exclude<Names<En>, Names<Other>>}}`;

type Value = string | number | Said;
export type Values<Name extends string> = { readonly [N in Name]: Value };

/** A sentence with placeholders: call it with their values, which may be sentences themselves, to get what to say. */
export type Message<Name extends string> = (...values: [Name] extends [never] ? [] : [values: Values<Name>]) => Said;

/**
 * A message with `{placeholders}`, e.g. `message("{count} cards", "{count} 张显卡")`.
 * Both texts must carry the same placeholders; this is checked by the compiler.
 */
export function message<const En extends string, const Zh extends string>(
  en: En,
  zh: SamePlaceholders<En, Zh> & Zh,
): Message<Names<En>> {
  return (...values) => {
    const given: Readonly<Record<string, Value>> = values[0] ?? {};
    return { en: fill(en, given, "en"), zh: fill(zh, given, "zh") };
  };
}

/** A text that is the same in every language: a version, a path, a name. */
export function verbatim(text: string): Said {
  return { en: text, zh: text };
}

export function fill(text: string, values: Readonly<Record<string, Value>>, language: Language): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(typeof value === "object" ? value[language] : value);
  });
}
