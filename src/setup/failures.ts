/** What a failed command means: first the everyday troubles of installing, then the catalogue of causes. */
import { explainText } from "../paste/explain.ts";
import { message, type Said } from "../text/message.ts";
import { plainText } from "../text/plain.ts";

interface Trouble {
  readonly pattern: RegExp;
  readonly says: Said;
}

/** Words of apt, dpkg, pip, conda, npm, wget and git. */
const troubles: readonly Trouble[] = [
  {
    pattern: /No space left on device|ENOSPC|Errno 28\b|You don't have enough free space/i,
    says: message(
      "The disk is full: free some space (df -h shows where), then retry.",
      "磁盘已满：腾出空间（df -h 查看）后重试。",
    )(),
  },
  {
    pattern: /Could not get lock|dpkg frontend lock|lock-frontend|dpkg was interrupted|is another process using it/i,
    says: message(
      "Another package manager is at work (often the automatic updates): wait until it has ended, then retry. After an interrupted one: sudo dpkg --configure -a",
      "另一个包管理器正在运行（常见的是自动更新）：等它结束后重试。如果曾被中断：sudo dpkg --configure -a",
    )(),
  },
  {
    pattern:
      /CERTIFICATE_VERIFY_FAILED|SSLError|SSL certificate problem|SELF_SIGNED_CERT|certificate (verify|is not trusted)|unable to get local issuer/i,
    says: message(
      "The server's certificate is not trusted: usually a company proxy that opens TLS. Give its certificate to pip (pip config set global.cert FILE), npm (cafile) or the system, and do not switch the check off.",
      "服务器证书不受信任：通常是会解密 TLS 的公司代理所致。请把它的证书配置给 pip（pip config set global.cert FILE）、npm（cafile）或系统，不要关闭校验。",
    )(),
  },
  {
    pattern: /ProxyError|Proxy Authentication Required|Tunnel connection failed|\b407\b/i,
    says: message(
      "The proxy refuses: check HTTPS_PROXY, and user and password in it.",
      "代理拒绝连接：检查 HTTPS_PROXY 以及其中的用户名和密码。",
    )(),
  },
  {
    pattern: /externally-managed-environment/i,
    says: message(
      "This Python belongs to the system: install into an environment instead (--env venv).",
      "这个 Python 属于系统：请安装到虚拟环境中（--env venv）。",
    )(),
  },
  {
    pattern:
      /Temporary failure in name resolution|Could not resolve|getaddrinfo|ENOTFOUND|EAI_AGAIN|Network is unreachable|Failed to establish a new connection|NewConnectionError|Connection (timed out|refused|reset)|ConnectTimeout|ETIMEDOUT|ECONNREFUSED|CondaHTTPError|unable to resolve host/i,
    says: message(
      "The server cannot be reached: check the network, a proxy (HTTPS_PROXY), or name a mirror with --mirror URL; then retry.",
      "无法连接服务器：检查网络、代理（HTTPS_PROXY），或用 --mirror URL 指定镜像，然后重试。",
    )(),
  },
  {
    pattern: /No matching distribution found|Could not find a version that satisfies/i,
    says: message(
      "The index has no build for this Python and system: another Python (3.10 to 3.13) or another index is needed.",
      "索引中没有适合该 Python 和系统的构建：需要换 Python（3.10 到 3.13）或换索引。",
    )(),
  },
  {
    pattern: /Unable to locate package|No match for argument|target not found|has no installation candidate/i,
    says: message(
      "The package manager does not know the package: update its lists, or enable the component that has it.",
      "包管理器找不到该软件包：更新软件源列表，或启用包含它的组件。",
    )(),
  },
  {
    pattern: /Permission denied|EACCES|Operation not permitted|are you root/i,
    says: message("This user may not do that here.", "当前用户在这里没有权限。")(),
  },
  {
    pattern: /command not found|ENOENT|not recognized as/i,
    says: message("The program is not installed, or not on PATH.", "程序未安装，或不在 PATH 中。")(),
  },
];

/** In a sentence each, likeliest first; empty where nothing is known of it. */
export function meaningOf(output: string): Said[] {
  const known = troubles.find(({ pattern }) => pattern.test(output));
  const [cause] = explainText(output).causes;
  const title =
    cause === undefined || cause.confidence < 0.5
      ? []
      : [
          {
            en: `${cause.cause.title.en} (envdoctor causes ${cause.cause.id})`,
            zh: `${cause.cause.title.zh}（envdoctor causes ${cause.cause.id}）`,
          },
        ];
  return known ? [known.says] : title;
}

/** The last lines that say anything. */
export function lastLines(output: string, count = 6): string[] {
  const lines = plainText(output.replaceAll(/[^\n]*\r(?!\n)/g, ""))
    .split("\n")
    .map((line) => line.trimEnd());
  return lines.filter((line) => line !== "").slice(-count);
}
