import { plainText } from "../../text/plain.ts";

/** Text that was made safe for HTML; everything else is escaped by `html`. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | null | readonly Markup[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** HTML in which every value is text: nothing that a machine said can act as markup. Attributes must stand in quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((whole, next, i) => whole + written(parts[i - 1] ?? null) + next));
}

function written(part: Part): string {
  if (part === null) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map((one) => one.text).join("");
  return plainText(String(part)).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

export const nothing: Markup = html``;

/** Data for the script of the page, in a block that is never executed. */
export function dataBlock(className: string, data: unknown): Markup {
  const text = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return new Markup(`<script type="application/json" class="${className}">${text}</script>`);
}
