import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";
import { gpuLess } from "./words.ts";

/** TensorFlow after 2.10, as pip, a version field, `tf.version.GIT_VERSION` or a person names it. */
const after210 =
  /(?:tensor ?flow|\btf\b)\w*(?:[-_](?:intel|gpu|cpu))?(?: version)?(?: \([^)\n]{0,40}\))?:?[\s=v(:]{0,6}2\.(?:1[1-9]|2\d)\b|\bv?2\.(?:1[1-9]|2\d)\.\d(?:-rc\d{1,2})?-\d{1,5}-g[0-9a-f]{7,12}\b|tensorflow[-_]intel/i;

/** Texts that betray the causes of ../frameworks-tf.ts. */
export const frameworksTfClues = {
  "tf-native-windows-no-gpu": [
    {
      pattern: /GPU support is not available on native Windows/i,
      weight: 0.97,
      source: "https://github.com/tensorflow/tensorflow/releases/tag/v2.11.1",
      rulesOut: ["cpu-only-wheel", "cuda-runtime-missing"],
    },
    {
      pattern: after210,
      on: ["windows"],
      together: gpuLess,
      weight: 0.88,
      notOn: ["wsl", "container"],
      source: "https://www.tensorflow.org/install/pip#windows-native",
      rulesOut: ["cpu-only-wheel", "cuda-runtime-missing"],
    },
    {
      pattern: /(?:tensor ?flow|\btf\b)\w*(?:[-_](?:intel|gpu))?(?: version)?:?[\s=v(]{0,4}2\.(?:1[1-9]|2\d)\b/i,
      together: gpuLess,
      unless: /\blinux|ubuntu|debian|\/home\/|\/usr\/|\.so\b|colab|docker|wsl|darwin|mac ?os/i,
      weight: 0.5,
      source: "https://www.tensorflow.org/install/pip#windows-native",
    },
    {
      pattern:
        /(?:tensor ?flow|\btf\b).{0,80}(?:native )?windows.{0,80}(?:2\.10|no longer|not support|GPU)|2\.10 (?:was|is) the last/i,
      together: /windows/i,
      weight: 0.7,
      source: "https://www.tensorflow.org/install/pip#windows-native",
    },
  ],
  "tfjs-binding-missing": [
    {
      pattern:
        /tfjs_binding\.node\)? can ?not be found|Cannot find module '?[^\n']{0,200}tfjs_binding\.node|tfjs_binding\.node.{0,40}(?:no such file|ENOENT)/i,
      weight: 0.93,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/src/index.ts",
    },
    {
      pattern:
        /tf-builds\/pre-built-binary|node-pre-gyp (?:ERR|WARN)!? .{0,200}(?:tfjs|tf-builds)|CPU-(?:windows|darwin|linux)-[\d.]+\.(?:zip|tar\.gz)/i,
      weight: 0.9,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/scripts/install.js",
    },
    {
      pattern:
        /(?:storage\.googleapis\.com|libtensorflow).{0,120}(?:ETIMEDOUT|ECONNRE\w+|ENOTFOUND|EAI_AGAIN|40[34]|socket hang up|certificate)|(?:ETIMEDOUT|ECONNRE\w+|ENOTFOUND|EAI_AGAIN).{0,120}(?:storage\.googleapis\.com|libtensorflow)/i,
      together: /tfjs|tensorflow/i,
      weight: 0.8,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/scripts/install.js",
    },
    {
      pattern: /(?:node-)?gyp ERR!|npm ERR!|node-pre-gyp/i,
      together: /tfjs-node/i,
      unless: /tensorflow\.dll|Unsupported engine/,
      weight: 0.6,
      source: "https://github.com/tensorflow/tfjs/blob/master/tfjs-node/WINDOWS_TROUBLESHOOTING.md",
    },
    {
      pattern: /was compiled against a different Node\.js version|Module did not self-register/,
      together: /tfjs/i,
      weight: 0.75,
      source: "https://github.com/tensorflow/tfjs/tree/master/tfjs-node",
    },
    {
      pattern: /npm rebuild @tensorflow\/tfjs-node|build-from-source/,
      together: /tfjs/i,
      weight: 0.4,
      source: "https://github.com/tensorflow/tfjs/tree/master/tfjs-node",
      unless: /specified module could not be found|tensorflow\.dll/i,
    },
    {
      pattern: /tfjs_binding\.node[^\n]{0,30}(?:missing|not (?:found|available|built|there))/i,
      weight: 0.8,
      source: "https://github.com/tensorflow/tfjs/issues/8377",
    },
  ],
  "tfjs-binding-dll-missing": [
    {
      pattern:
        /(?:specified module could not be found|specified procedure could not be found|找不到指定的模块|找不到指定的程序|angegebene Modul wurde nicht gefunden|module spécifié est introuvable|No se puede encontrar el módulo|Impossibile trovare il modulo|Não foi possível encontrar o módulo|Не найден указанный модуль|指定されたモジュールが見つかりません|지정된 모듈을 찾을 수 없습니다)/i,
      together: /tfjs|tensorflow/i,
      weight: 0.9,
      unless: /Failed to load the native TensorFlow runtime|pywrap_tensorflow|\.pyd/,
      source: "https://github.com/tensorflow/tfjs/issues/8215",
      rulesOut: ["tfjs-binding-missing"],
    },
    {
      pattern:
        /tensorflow\.dll.{0,60}(?:failed|ENOENT|no such file|missing|not found)|ENOENT.{0,200}tensorflow\.dll|copyfile .{0,100}tensorflow\.dll/i,
      weight: 0.9,
      source: "https://github.com/tensorflow/tfjs/issues/3231",
      rulesOut: ["tfjs-binding-missing"],
    },
    {
      pattern: /ERR_DLOPEN_FAILED/,
      together: /tfjs_binding|tfjs-node/,
      weight: 0.75,
      unless: /Node\.js version|NODE_MODULE_VERSION|libcu/,
      source: "https://github.com/tensorflow/tfjs/issues/8215",
    },
    {
      pattern:
        /libtensorflow(?:_framework)?\.(?:so|\d?\.?dylib)[\d.]*:? (?:cannot open|not found|no such file)|Library not loaded:.{0,60}libtensorflow/i,
      weight: 0.85,
      source: "https://github.com/tensorflow/tfjs/tree/master/tfjs-node",
    },
    {
      pattern:
        /(?:DLL\)? ?initiali[sz]ation routine failed|bibliothèque de liens dynamiques \(DLL\) a échoué|Initialisierungsroutine[^\n]{0,40}fehlgeschlagen|动态链接库\s?\(DLL\)\s?初始化例程失败|not a valid Win32 application|不是有效的 ?Win32)/i,
      together: /tfjs/i,
      weight: 0.75,
      source: "https://github.com/tensorflow/tfjs/issues/1579",
    },
  ],
  "node-version-unsupported": [
    {
      pattern:
        /isNullOrUndefined\)? is not a function|util_\d\.isArray\)? is not a function|util\.is(?:NullOrUndefined|Array|Object|String) is not a function/,
      weight: 0.95,
      source: "https://github.com/tensorflow/tfjs/issues/8609",
    },
    {
      pattern: /The engine "node" is incompatible with this module|Unsupported engine|EBADENGINE/i,
      together: /tfjs/i,
      weight: 0.7,
      source: "https://github.com/tensorflow/tfjs/issues/8609",
    },
    {
      pattern: /(?:node(?:\.js)?|version):? ?v?2[3-9]\.\d/i,
      together: /tfjs-node/,
      weight: 0.35,
      source: "https://github.com/tensorflow/tfjs/issues/8609",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
