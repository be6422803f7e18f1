/** The same plain data with every text in it changed, names of fields that are no identifiers of ours included. */
export function mapStrings<T>(of: T, change: (text: string) => string): T {
  return mapped(of, change) as T;
}

function mapped(of: unknown, change: (text: string) => string): unknown {
  if (typeof of === "string") return change(of);
  if (Array.isArray(of)) return of.map((each) => mapped(each, change));
  if (typeof of !== "object" || of === null) return of;
  return Object.fromEntries(
    Object.entries(of).map(([name, value]) => [isField.test(name) ? name : change(name), mapped(value, change)]),
  );
}

/** Names in camelCase are fields of a type; paths, packages and variables are not. */
const isField = /^[a-z][A-Za-z0-9]{0,40}$/;
