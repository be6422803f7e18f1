import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { unreachable } from "./words.ts";

/** Texts that betray python-version-unsupported, wrong-python-environment, framework-not-installed. */
export const buildsPythonClues = {
  "python-version-unsupported": [
    {
      pattern:
        /(?:satisfies the requirement|No matching distribution found for) (?:torch|tensorflow|jax|jaxlib|torchvision|torchaudio|tensorflow-gpu|keras|triton|xformers|vllm|tf-nightly|onnxruntime-gpu|cupy\S*|bitsandbytes)\b/i,
      together: /python\W{0,12}v?3\.\d|\bcp3\d{1,2}\b|\bpy3\d{1,2}\b|Python3\d|python3\.\d|32[- ]?bit|win32/i,
      unless: unreachable,
      weight: 0.8,
      source: "https://pip.pypa.io/en/stable/cli/pip_install/",
    },
    {
      pattern:
        /requires a different Python:? ?[\d.]+ not in|Requires-Python [<>=!]|only versions? [\d.<>=, ]+ (?:are|is) supported|requires Python ?[<>=]|Python [\d.]+ is not (?:yet )?supported|Python 3\.\d+\+? (?:is )?not (?:yet )?supported|not supported on Python 3\.\d+/i,
      together: /torch|tensorflow|jax|numba|vllm|keras|cuda/i,
      weight: 0.8,
      source: "https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python",
    },
    {
      pattern:
        /(?:torch|tensorflow|jaxlib|triton)[\w.+-]*-cp3\d+-\w+-\S+\.whl is not a supported wheel on this platform|is not a supported wheel on this platform/i,
      together: /torch|tensorflow|jax/i,
      weight: 0.82,
      source: "https://pip.pypa.io/en/stable/",
    },
    {
      pattern:
        /no wheels? with a matching Python (?:ABI|version|implementation) tag|has no (?:usable )?wheels|doesn't have a source distribution or wheel for the current platform/i,
      together: /torch|tensorflow|jax/i,
      weight: 0.85,
      source: "https://docs.astral.sh/uv/reference/internals/resolver/",
    },
    {
      pattern: /python(?: version)?:? ?3\.1[3-9]\b|Python 3\.1[3-9]\b/i,
      together: /No matching distribution found|satisfies the requirement|UnsatisfiableError/i,
      weight: 0.4,
      source: "https://github.com/pytorch/pytorch/blob/main/RELEASE.md",
    },
    {
      pattern: /UnsatisfiableError|PackagesNotFoundError|LibMambaUnsatisfiableError/,
      together: [
        /python_abi|your (?:installed )?python|python ?(?:={1,2}|[<>]=?|~=) ?3|python[^\n]{0,20}(?:pinned|conflict|not installable)|py3\d{1,2}_/i,
        /torch|tensorflow|cudatoolkit|pytorch-cuda/i,
      ],
      weight: 0.6,
      source: "https://docs.conda.io/projects/conda/en/stable/",
    },
    {
      pattern:
        /(?:tensorflow|torch|pytorch|jax)\b[^\n]{0,60}(?:\bnot\b|n't|no)[^\n]{0,30}(?:support|install|available|work|compatib)[^\n]{0,40}python ?3\.\d|python ?3\.\d{1,2}[^\n]{0,40}(?:\bnot\b|n't)[^\n]{0,20}(?:support|work|compatib)[^\n]{0,40}(?:tensorflow|torch|pytorch|jax)|python ?3\.\d{1,2}[^\n]{0,12}(?:不支持|装不了|无法安装)/i,
      weight: 0.7,
      source: "https://www.tensorflow.org/install/pip#software_requirements",
    },
  ],
  "wrong-python-environment": [
    {
      pattern: /No module named ['"]?(?:torch|tensorflow|jax|torchvision|keras)\b/,
      together:
        /Requirement already satisfied|Successfully installed|already installed|site-packages.{0,40}(?:torch|tensorflow)|^(?:torch|tensorflow)(?:==|\s+)\d|pip3? (?:show|list|freeze)|conda list|conda activate|which python|\(venv\)|\(base\)|kernel/im,
      weight: 0.88,
      source: "https://docs.python.org/3/tutorial/venv.html",
      rulesOut: ["framework-not-installed"],
    },
    {
      pattern: /(?:Requirement already satisfied|Successfully installed).{0,120}(?:torch|tensorflow)/,
      together: /No module named/,
      weight: 0.7,
      source: "https://docs.python.org/3/tutorial/venv.html",
    },
    {
      pattern:
        /(?:two|different|multiple|another|wrong|other) (?:python|environment|interpreter|venv|conda env)s?|sys\.executable/i,
      together: [
        /torch|tensorflow|cuda/i,
        /No module|ModuleNotFound|ImportError|is_available|not (?:be )?(?:found|imported|installed)|can(?:no|')t import/i,
      ],
      weight: 0.5,
      source: "https://docs.python.org/3/library/sys.html#sys.executable",
    },
    {
      pattern: /WARNING: The script \S+ is installed in .{0,100} which is not on PATH|Defaulting to user installation/,
      together: /No module named ['"]?(?:torch|tensorflow|jax)/,
      weight: 0.5,
      source: "https://pip.pypa.io/en/stable/user_guide/#user-installs",
    },
    {
      pattern: /No module(?: named)?\b/i,
      together: [
        /\b(?:torch|tensorflow|keras|jax|pytorch)\b/i,
        /^(?:torch|tensorflow|pytorch|jax)\w* +\d+\.\d|(?:torch|tf|tensorflow)\.__version__\)?\s{1,3}['"]?\d|(?:works?|worked|successful\w*|no (?:error|problem)|imported?)[^\n]{0,60}\b(?:in|from|on|at|under) (?:the |a |my )?(?:cmd|terminal|console|shell|prompt|anaconda|powershell|command|ipython|notebook|jupyter|vs ?code|pycharm|spyder|idle|python3?)\b|pip3? (?:list|show|freeze)|(?:have|had|already|successfully) (?:been )?install\w*[^\n]{0,40}(?:torch|tensorflow)|(?:安装|装)(?:好)?了[^\n]{0,12}(?:torch|tensorflow)|显示已安装/im,
      ],
      weight: 0.8,
      rulesOut: ["framework-not-installed"],
      source: "https://github.com/pytorch/pytorch/issues/909",
    },
    {
      pattern: /No module(?: named)?\b/i,
      together: [
        /\b(?:torch|tensorflow|keras|jax|pytorch)\b/i,
        /\b(?:jupyter|ipython|notebook|vs ?code|pycharm|spyder|kernel|sudo|crontab|anaconda)\b/i,
        /\bbut\b|\bhowever\b|\bwhile\b|但/i,
      ],
      weight: 0.6,
      rulesOut: ["framework-not-installed"],
      source: "https://github.com/pytorch/pytorch/issues/25407",
    },
    {
      pattern: /No module(?: named)?\b/i,
      together: [
        /named ['"]?(?:torch|tensorflow|jax|keras)\b/i,
        /(?:conda|source) activate|^\((?!base\b)[\w.-]{2,30}\) \S+[@:>$]/im,
        /\bipython\b|jupyter|notebook|\bspyder\b|vs ?code|pycharm/i,
      ],
      weight: 0.82,
      rulesOut: ["framework-not-installed", "python-version-unsupported"],
      source: "https://github.com/pytorch/pytorch/issues/29020",
    },
  ],
  "framework-not-installed": [
    {
      pattern: /No module named ['"]?(?:torch|tensorflow|jax|jaxlib|torchvision|keras)\b/,
      weight: 0.8,
      source: "https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError",
    },
    {
      pattern: /Cannot find module '@tensorflow\/tfjs(?:-node(?:-gpu)?)?'/,
      weight: 0.8,
      source: "https://nodejs.org/api/errors.html",
    },
    {
      pattern: /^(?:PyTorch|Torch|TensorFlow)(?: version)?: (?:N\/A|not installed|None)$/im,
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/collect_env.py",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
