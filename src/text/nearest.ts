import { distance } from "fastest-levenshtein";

/** " (did you mean 'a' or 'b'?)" with the names nearest to a misspelt one, or nothing where none is near. */
export function nearest(wrong: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, far: name.includes(wrong) || wrong.includes(name) ? 1 : distance(wrong, name) }))
    .filter(({ far, name }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => `'${name}'`);
  return near.length === 0 ? "" : ` (did you mean ${near.join(" or ")}?)`;
}
