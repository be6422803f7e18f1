/**
 * What opens a door: keys, tokens, passwords. None of them leaves the program in any report, on the own machine either.
 * Every expression runs in linear time: repetitions are bounded or of a single class.
 */
import { namesSecret } from "./environment.ts";
import { mapStrings } from "./strings.ts";
import { Tally } from "./tally.ts";

type Step = (text: string, tally: Tally) => string;

/** Tokens that their issuers made recognisable, in the order of the issuers below. */
const tokenShapes = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    "gh[pousr]_[A-Za-z0-9]{20,255}",
    "github_pat_\\w{20,255}",
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    "gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[\\w.-]{20,255}",
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    "A(?:KIA|SIA|GPA|IDA|ROA|IPA|NPA|NVA|BIA|CCA)[A-Z0-9]{16}",
    // https://huggingface.co/docs/hub/security-tokens
    "(?:hf|api_org)_[A-Za-z0-9]{20,255}",
    // OpenAI (sk-, sk-proj-), Anthropic (sk-ant-), OpenRouter; Stripe writes sk_live_
    "sk-[\\w-]{20,255}",
    "[srp]k_(?:live|test)_[A-Za-z0-9]{10,255}",
    // https://docs.slack.dev/authentication/tokens
    "xox[a-z]-[\\w-]{10,255}",
    "xapp-[\\w-]{10,255}",
    "npm_[A-Za-z0-9]{30,255}",
    "pypi-[\\w-]{40,1024}",
    // Google: API key, OAuth client secret, access token
    "AIza[\\w-]{35}",
    "GOCSPX-[\\w-]{20,255}",
    "ya29\\.[\\w-]{20,2048}",
    // https://docs.docker.com/security/access-tokens/
    "dckr_[a-z]{2,8}_[\\w-]{20,255}",
    "wandb_v1_[\\w-]{20,255}",
    "lsv2_[a-z]{2}_\\w{20,255}",
    // JSON Web Tokens: https://www.rfc-editor.org/rfc/rfc7519
    "eyJ[\\w-]{8,4096}\\.[\\w-]{8,4096}\\.[\\w-]{0,4096}",
  ].join("|")})`,
  "g",
);
/** Only its digits tell a token from the word behind "bearer" in a sentence. */
const bearer = /\b(bearer|basic|token)([ \t]{1,4})(?=[\w.~+/=-]{0,40}\d)([\w.~+/=-]{16,4096})/gi;
const authorization =
  /\b(authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:[a-z]{1,16}[ \t]{1,4})?)([^\s"']{4,4096})/gi;
const slackHook = /(?<=hooks\.slack\.com[\\/](?:services|workflows)[\\/])[\w\\/]{10,255}/g;
const signedQuery = /(?<=[?&](?:sig|signature|x-amz-signature|x-amz-credential|x-goog-signature)=)[^\s&"'<>]{6,2048}/gi;

const secretWord = "(?:pass(?:word|wd|phrase)|pwd|token|secret|credentials?|api[_-]?key|access[_-]?key)";
const value = `(?:"[^"\\n\\0]{1,512}"|'[^'\\n\\0]{1,512}'|[^\\s\\0"',;&<>)\\]}]{1,512})`;
/** NAME=value, "name": "value", name: value, --name value, --name=value; `pass` alone only as an option of a mount. */
const assigned = new RegExp(`(${secretWord}["']?[ \\t]{0,4}=[ \\t]{0,4}|(?<=,)pass=)(${value})`, "gi");
const told = new RegExp(`(${secretWord}["']?[ \\t]{0,4}:[ \\t]{0,4})(${value})`, "gi");
const flag = new RegExp(`(--?[a-z-]{0,32}${secretWord}[ \\t]{1,4})(${value})`, "gi");
/** The working folder is no password, nor is the path of a file with one; keys, which may begin with a slash, are. */
const isPath = /^["']?(?:[\\/~.]|[a-z]:[\\/])/i;
/** .netrc: https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html */
const netrc = /\b(machine[ \t]{1,8}\S{1,255}\s{1,8}login\s{1,8})(\S{1,255})(\s{1,8}password\s{1,8})(\S{1,512})/g;
/** What stands where a secret would, and is none. */
const noSecret = /^["']?(?:redacted\b.*|true|false|null|none|yes|no|\*+|<\S*|\$\{?\w+\}?|\{\w*\}?)["']?$/i;

const tokens: Step = (text, tally) => {
  const token = (found: string) =>
    noSecret.test(found) ? found : tally.placeholder("token", found, (n) => `redacted-token-${n}`);
  return text
    .replace(tokenShapes, token)
    .replace(slackHook, token)
    .replace(signedQuery, token)
    .replace(authorization, (_, before: string, secret: string) => before + token(secret))
    .replace(bearer, (_, word: string, space: string, secret: string) => word + space + token(secret));
};

const passwords: Step = (text, tally) => {
  const hidden = (whole: string, before: string, found: string) =>
    isPath.test(found) && !/key/i.test(before) ? whole : before + passwordPlaceholder(found, tally);
  // In a sentence ("Password: required") only what is long enough to be one is taken for it.
  const longOnes = (whole: string, before: string, found: string) =>
    found.length < 6 ? whole : hidden(whole, before, found);
  return text
    .replace(netrc, (_, machine: string, login: string, between: string, found: string) => {
      const user = tally.placeholder("url-credentials", login, (n) => `redacted-login-${n}`);
      return machine + user + between + passwordPlaceholder(found, tally);
    })
    .replace(assigned, hidden)
    .replace(told, longOnes)
    .replace(flag, longOnes);
};

function passwordPlaceholder(found: string, tally: Tally): string {
  if (noSecret.test(found)) return found;
  const quote = /^["']/.exec(found)?.[0] ?? "";
  const bare = quote === "" ? found : found.slice(1, -1);
  return quote + tally.placeholder("password", bare, (n) => `redacted-password-${n}`) + quote;
}

const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** Whole blocks; one whose end is missing goes to the end of the text. */
const privateKeys: Step = (text, tally) => {
  let result = "";
  let from = 0;
  for (const begin of text.matchAll(keyBegin)) {
    if (begin.index < from) continue;
    const end = text.indexOf("-----END", begin.index);
    const lineEnd = end < 0 ? -1 : text.indexOf("-----", end + 8);
    const after = lineEnd < 0 ? text.length : lineEnd + 5;
    const block = text.slice(begin.index, after);
    result += text.slice(from, begin.index) + tally.placeholder("private-key", block, (n) => `redacted-key-${n}`);
    from = after;
  }
  return result + text.slice(from);
};

/** A public key opens nothing, but names its owner. */
const publicKeys: Step = (text, tally) =>
  text.replace(
    /\b((?:ssh|ecdsa|sk-ssh)-[a-z0-9@.-]{2,60} )AAAA[A-Za-z0-9+/]{20,2048}={0,3}(?: [^\s@]{1,64}@[^\s"'<>]{1,255})?/g,
    (whole, kind: string) => kind + tally.placeholder("private-key", whole, (n) => `redacted-key-${n}`),
  );

/** One slash is left of two where a URL was taken for a path. */
const login = /(?<=:\/\/)[^\s/"'<>\0]{1,512}@|(?<=[a-z][a-z0-9]:[\\/])[^\s/"'<>\0:@]{1,255}:[^\s/"'<>\0]{1,255}@/gi;

const urlCredentials: Step = (text, tally) =>
  text.replace(login, (whole) => {
    if (/^redacted-login-\d+@$/.test(whole)) return whole;
    return `${tally.placeholder("url-credentials", whole.slice(0, -1), (n) => `redacted-login-${n}`)}@`;
  });

const steps: readonly Step[] = [privateKeys, publicKeys, urlCredentials, tokens, passwords];

export function withoutCredentials(text: string, tally: Tally): string {
  return mayHold.test(text) ? steps.reduce((rest, step) => step(rest, tally), text) : text;
}

/** Something of each expression above. Nearly no text of a machine has any of it, and one look tells. */
const mayHold =
  /key|AAAA|:[\\/]|pass|pwd|token|secret|credential|auth|bearer|basic|machine|gh[pousr]_|github_pat|gl[a-z]{2,5}-|A[A-Z]{3}[A-Z0-9]{16}|hf_|api_org|sk-|[srp]k_|xox|xapp|npm_|pypi-|AIza|GOCSPX|ya29|dckr_|wandb_|lsv2_|eyJ|slack|sig|x-amz/i;

/** A path is no secret, and a short word would be replaced where it only happens to stand. */
export function secretValues(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) =>
    namesSecret(name) && value.length >= 8 && !/^[\\/]|^[a-z]:/i.test(value) ? [value] : [],
  );
}

/** What a report of the own machine must be free of, too: no key, token or password is left in the data. */
export function hideCredentials<T>(of: T, env: Readonly<Record<string, string | undefined>>): T {
  const tally = new Tally();
  const values = secretValues(env);
  return mapStrings(of, (text) =>
    values.reduce((rest, value) => rest.replaceAll(value, "redacted"), withoutCredentials(text, tally)),
  );
}
