/** What kind of thing was taken out. */
export type SecretKind =
  | "user"
  | "host"
  | "token"
  | "private-key"
  | "password"
  | "url-credentials"
  | "mail"
  | "uuid"
  | "serial"
  | "mac"
  | "ip"
  | "environment";

/** Gives equal secrets equal placeholders and counts how many different ones there were. */
export class Tally {
  private readonly placeholders = new Map<SecretKind, Map<string, string>>();

  /** The placeholder of `secret`; `make` gets its number, from 1, the first time. */
  placeholder(kind: SecretKind, secret: string, make: (number: number) => string): string {
    const known = this.placeholders.get(kind) ?? new Map<string, string>();
    this.placeholders.set(kind, known);
    const placeholder = known.get(secret) ?? make(known.size + 1);
    known.set(secret, placeholder);
    return placeholder;
  }

  known(kind: SecretKind): ReadonlyMap<string, string> {
    return this.placeholders.get(kind) ?? new Map();
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.placeholders].map(([kind, known]) => [kind, known.size]));
  }
}
