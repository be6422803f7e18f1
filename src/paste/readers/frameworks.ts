import { compareDotted } from "../../../checks/compatibility.ts";
import { known, notTold, unknown } from "../../facts/fact.ts";
import type { Framework, FrameworkName, PythonFacts } from "../../facts/facts.ts";
import { minorOf, torchRelease } from "../../facts/python/torch-builds.ts";
import type { Haystack } from "../search.ts";
import { at, factOf, group, type Reader } from "./told.ts";

const torch =
  /(?:PyTorch version: |(?:\bpy|\b)torch(?: version| 版本)?(?: \(e\.g\.,? [\d.]{1,8}\))?['"]?\)?(?:={1,3}| ?[:=@] ?| |-)v?|torch\.__version__\)?\s{0,4}['"]?|PyTorch version\s{1,4}v?)(\d\.\d{1,2}(?:\.\d)?[\w.+-]{0,40})/i;
const torchCuda =
  /CUDA used to build PyTorch: (\S{1,40})|^pytorch\b[^\n]{0,40}_cuda(\d{1,2}\.\d)|torch\.version\.cuda\)?\s{0,4}(?:->|:|=)?\s{0,4}['"]?(\d+\.\d+|None)/m;
/** What pip did not find is not installed, whatever version it was asked for. */
const notToBeHad = /(?:satisfies the requirement|No matching distribution found for) torch\b/;
const tensorflow =
  /tensor ?flow version(?: \([^)\n]{0,40}\))?[: ]{0,3}\s{0,4}v?(\d\.\d{1,2}(?:\.\d{1,2})?[\w.+]{0,10})|\bv?([12]\.\d{1,2}\.\d)(?:-rc\d{1,2})?-\d{1,5}-g[0-9a-f]{7,12}\b|\b(?:tensor ?flow|tf)(?:[-_](?:gpu|intel|cpu))?(?: version)?(?:={1,3}| ?[:=@] ?| )v?(\d\.\d{1,2}(?:\.\d{1,2})?[\w.+-]{0,20})/i;
const jax = /\bjax(?:lib)?(?:==| ?[:=@] ?| )v?(0\.\d{1,2}\.\d{1,3}[\w.+-]{0,20})/i;
const python =
  /\bpython(?: version)?(?::|=|\s)\s?v?(\d\.\d{1,2}(?:\.\d{1,2})?)|\bPython (\d\.\d{1,2}\.\d{1,2})\b|[\\/]python(3\.\d{1,2})[\\/]|[\\/]Python(3)(\d{1,2})[\\/]/i;
const supported = /supports CUDA capabilities ((?:(?:sm|compute)_\d{2,3}\w?[ ,]{0,2}){1,20})/;

/**
 * CUDA of the wheels that a plain `pip install torch` took on Linux, newest first, before the table of releases begins.
 * Source: https://pytorch.org/get-started/previous-versions/
 */
const plainWheels: readonly (readonly [from: string, cuda: string])[] = [
  ["1.5", "10.2"],
  ["1.3", "10.1"],
];

/** Python and its frameworks: collect_env of torch and vLLM, pip lists, version fields of issue forms, tracebacks. */
export const readPython: Reader = (text, told) => {
  const frameworks = [torchOf(text), other(text, "tensorflow", tensorflow), other(text, "jax", jax)].filter(
    (one) => one !== null,
  );
  const found = text.match(python);
  const version = found
    ? (found[1] ?? found[2] ?? found[3] ?? (found[4] && found[5] ? `${found[4]}.${found[5]}` : undefined))
    : undefined;
  if (frameworks.length === 0 && version === undefined) return;
  const platform = known(told.system.platform);
  const facts: PythonFacts = {
    path: "python",
    realPath: "python",
    version: version ? factOf(version, at(text, python, "python --version")) : unknown(notTold),
    environment: text.has(/conda|miniconda|anaconda|mambaforge|miniforge/i)
      ? "conda"
      : text.has(/[\\/]\.?venv[\\/]|virtualenv/i)
        ? "venv"
        : "other",
    foundBy: ["text"],
    active: true,
    platform: platform ? factOf(platform, []) : unknown(notTold),
    startMethod: unknown(notTold),
    startMethods: unknown(notTold),
    frameworks: frameworks.length > 0 ? factOf(frameworks, []) : unknown(notTold),
    nvidiaWheels: unknown(notTold),
  };
  told.pythons = factOf([facts], []);
};

function torchOf(text: Haystack): Framework | null {
  const said = text.match(torchCuda);
  const cuda = said?.slice(1).find((each) => each !== undefined);
  // "?": the release is not told, only what it was built for.
  const version = group(text, torch)?.replace(/[.,;:)-]+$/, "") ?? (cuda ? "?" : undefined);
  if (!version || text.has(notToBeHad)) return null;
  const tag = /\+(cpu|cu(\d{2,3})|rocm([\d.]+))/.exec(version);
  const hip = group(text, /ROCM used to build PyTorch: (\d[\w.-]{0,30})/) ?? tag?.[3] ?? null;
  const arches = group(text, supported)
    ?.split(/[ ,]+/)
    .filter((word) => /^(?:sm|compute)_/.test(word));
  return {
    name: "torch",
    distribution: "torch",
    version,
    cudaBuild: cudaBuild(
      tag,
      cuda ?? plainCuda(text, version),
      hip,
      at(text, torchCuda, "python -m torch.utils.collect_env"),
    ),
    hipBuild: hip,
    archList: arches?.length ? factOf(arches, at(text, supported, "torch.cuda.get_arch_list()")) : unknown(notTold),
    cudnn: null,
    location: null,
  };
}

/** By the release alone, where it is a wheel of PyPI on Linux. */
function plainCuda(text: Haystack, version: string): string | undefined {
  if (!/^\d\.\d{1,2}(?:\.\d)?$/.test(version) || !text.has(/\bpip3?\b[^\n]{0,20} install\b[^\n]{0,40}\btorch\b/))
    return undefined;
  if (text.has(/index-url|conda install[^\n]{0,80}torch|\bwin(?:dows)? ?(?:10|11)|[A-Z]:\\|\bmac ?os/i))
    return undefined;
  const release = torchRelease(minorOf(version) ?? version);
  if (release) return release.cuda.find((build) => build.tag === release.pypiDefault)?.version;
  return plainWheels.find(([from]) => compareDotted(version, from) >= 0 && version.startsWith("1."))?.[1];
}

function cudaBuild(
  tag: RegExpExecArray | null,
  said: string | undefined,
  hip: string | null,
  evidence: Parameters<typeof factOf>[1],
): Framework["cudaBuild"] {
  if (tag?.[1] === "cpu" || said === "None" || hip) return factOf(null, evidence);
  if (said && /^\d+\.\d+/.test(said)) return factOf(said, evidence);
  const digits = tag?.[2];
  return digits ? factOf(`${digits.slice(0, -1)}.${digits.slice(-1)}`, evidence) : unknown(notTold);
}

function other(text: Haystack, name: FrameworkName, pattern: RegExp): Framework | null {
  const version = text
    .match(pattern)
    ?.slice(1)
    .find((each) => each !== undefined)
    ?.replace(/[.,;:)-]+$/, "");
  if (!version) return null;
  const distribution = text.has(/\btensorflow-cpu\b/) && name === "tensorflow" ? "tensorflow-cpu" : name;
  return {
    name,
    distribution,
    version,
    cudaBuild: unknown(notTold),
    hipBuild: null,
    archList: unknown(notTold),
    cudnn: null,
    location: null,
  };
}

const tfjs = /(@tensorflow\/tfjs-node(?:-gpu)?)(?:@|:? ?"?[\^~]?v?)(\d\.\d{1,2}\.\d{1,3})/;
const node =
  /\bnode(?:\.js)?(?: version)?:? ?@?v?(\d{2}\.\d{1,2}\.\d{1,2})\b|^version: v?(\d{2}\.\d{1,2}\.\d{1,2})$|Node\.js v(\d{2}\.\d{1,2}\.\d{1,2})|node@(\d{2}\.\d{1,2}\.\d{1,2})/im;

/** Node and tfjs-node: npm and node-pre-gyp output, stack traces, version fields. */
export const readNode: Reader = (text, told) => {
  const found = text
    .match(node)
    ?.slice(1)
    .find((each) => each !== undefined);
  if (!found) return;
  const [, name, version] = text.match(tfjs) ?? [];
  const missing = /tfjs_binding\.node\)? can ?not be found|Cannot find module '?[^\n']{0,200}tfjs_binding/;
  const known = name === "@tensorflow/tfjs-node" || name === "@tensorflow/tfjs-node-gpu" ? name : null;
  told.node = factOf(
    {
      version: `v${found}`,
      napi: null,
      tfjs:
        known && version
          ? factOf(
              [
                {
                  name: known,
                  version,
                  path: `node_modules/${known}`,
                  binding: unknown(notTold),
                  library: unknown(notTold),
                },
              ],
              at(text, text.has(missing) ? missing : tfjs, "npm"),
            )
          : unknown(notTold),
    },
    at(text, node, "node --version"),
  );
};
