import type { Clue } from "../../../src/diagnosis/cause.ts";
import type { CauseId } from "../ids.ts";

/** Texts that betray too-many-workers, worker-overhead-small-dataset, windows-spawn-slow-epochs. */
export const workersSpeedClues = {
  "too-many-workers": [
    {
      pattern: /This DataLoader will create \d+ worker processes in total/,
      weight: 0.88,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
    {
      pattern: /excessive worker creation might get DataLoader running slow/,
      weight: 0.88,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
    {
      pattern: /not able to compute a suggested max number of worker/,
      weight: 0.4,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
    {
      pattern:
        /suggested max (?:number of worker|is) .{0,60}\d+|too many (?:data ?loader )?workers|more workers than (?:CPUs?|cores)|oversubscri/i,
      weight: 0.65,
      source: "https://github.com/embeddings-benchmark/mteb/issues/1331",
    },
    {
      pattern: /DataLoader timed out after \d+/,
      weight: 0.3,
      source: "https://github.com/pytorch/pytorch/blob/main/torch/utils/data/dataloader.py",
    },
  ],
  "worker-overhead-small-dataset": [
    {
      pattern: /num_workers? ?[=:]? ?0\b[^\n]{0,60}\d ?(?:s|sec\w*|min\w*|ms|it\/s)\b/i,
      together: /num_workers? ?[=:]? ?[1-9]\d?\b[^\n]{0,60}\d ?(?:s|sec\w*|min\w*|ms|it\/s)\b/i,
      weight: 0.55,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern: /\bworkers?\b.{0,80}\b(?:slower|slows? down|slowdown)\b/i,
      together: /DataLoader|data ?loader|num_workers|workers? (?:value|param|arg|>|=|to)/i,
      weight: 0.6,
      source: "https://github.com/JaidedAI/EasyOCR/issues/274",
    },
    {
      pattern:
        /num_workers?.{0,80}(?:slow(?:er|s|ed)?\b|slows? down|takes? (?:much )?longer|longer than|worse|no (?:speed ?-?up|improvement|faster)|doesn't (?:help|speed)|not (?:any )?faster|50 times|更慢|变慢|反而慢)|(?:slow(?:er)?|longer|slowdown) (?:with|when|if|using|for|by|than).{0,60}num_workers?|(?:slower|slow) than (?:num_workers? ?=? ?0|single)/i,
      weight: 0.72,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern:
        /(?:more|multiple|increasing|adding|extra|with) (?:the )?(?:number of )?(?:data ?loader )?workers?.{0,60}(?:slow(?:er|s)?\b|longer|worse|no (?:speed|improv)|doesn't help)|workers? (?:seems?|is|are|makes? it|make things) (?:to be )?slower|multiprocessing (?:is )?(?:slower|makes)/i,
      weight: 0.7,
      source: "https://github.com/JaidedAI/EasyOCR/issues/274",
    },
    {
      pattern: /num_workers? ?=? ?0.{0,80}(?:fast(?:er|est)?|speeds? up|quick(?:er)?|better|solves?|fixes|更快)/i,
      weight: 0.7,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern: /does not have many workers which may be a bottleneck/,
      weight: 0.45,
      source:
        "https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/trainer/connectors/data_connector.py",
    },
    {
      pattern:
        /(?:in-memory|TensorDataset|small (?:data ?set|images|data)|tiny).{0,80}(?:slow|overhead)|DataLoader.{0,40}(?:much |way |very |so |extremely |times )(?:slower|slow)|DataLoader (?:is )?slower than/i,
      together: /DataLoader|dataset/i,
      weight: 0.55,
      source: "https://github.com/pytorch/pytorch/issues/4959",
    },
    {
      pattern:
        /(?:num_)?workers?\b[^\n]{0,60}(?:unreasonably|much|very|extremely|really|so|significantly|way|far|makes?[^\n]{0,12}|反而|更|变)[^\n]{0,12}(?:slow|慢)|num_workers[^\n]{0,30}(?:慢|没有(?:加速|变快|提升))/i,
      notOn: ["wsl"],
      unless: /Error\b|Traceback|between epochs|each epoch|every epoch/,
      weight: 0.6,
      source: "https://github.com/Lightning-AI/pytorch-lightning/issues/17410",
    },
  ],
  "windows-spawn-slow-epochs": [
    {
      pattern: /num_workers? ?(?:=>?|:|>) ?(?:0\b.{0,3}|[1-9]\d?)\b/,
      on: ["windows"],
      together:
        /\bslow|\bpaus|\bfreez|\bstuck|\bhang|(?:per|each|every|between|first) (?:epoch|batch|iteration)|\d ?(?:s|sec\w*|min\w*)\b.{0,30}(?:worker|epoch|batch)/i,
      unless: /Error\b|Traceback|WinError/,
      weight: 0.45,
      source: "https://github.com/pytorch/pytorch/issues/153594",
    },
    {
      pattern:
        /(?:between|each|every|start of|beginning of|end of|new|next|first batch of).{0,30}epochs?.{0,100}(?:paus|slow|delay|wait|stuck|hang|freez|takes?|idle|gap|lag|seconds|minutes|re-?creat|respawn|restart)|(?:paus|slow|delay|wait|stuck|hang|freez|idle|gap|lag|re-?creat|respawn)\w*.{0,80}(?:between|each|every|start of|beginning of|end of) (?:an? |the |each |every )?(?:new )?epochs?/i,
      together: /num_workers|data ?loader|persistent_workers|\bworkers?\b|\btrain|it\/s\b/i,
      unless: /1970|unix epoch/i,
      weight: 0.72,
      source: "https://github.com/pytorch/pytorch/issues/55455",
    },
    {
      pattern: /persistent_workers/,
      on: ["windows"],
      weight: 0.6,
      unless: /Error:/,
      source: "https://docs.pytorch.org/docs/stable/data.html",
    },
    {
      pattern: /Consider setting `?persistent_workers=True`?/,
      weight: 0.72,
      source:
        "https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/trainer/connectors/data_connector.py",
    },
    {
      pattern:
        /num_workers?.{0,100}(?:slow(?:er|s)?\b|longer|50 times|minutes)|(?:slow(?:er)?|longer).{0,80}num_workers?|slow(?:er)?.{0,40}workers|workers?.{0,40}slow/i,
      on: ["windows"],
      weight: 0.6,
      source: "https://github.com/pytorch/pytorch/issues/12831",
    },
    {
      pattern:
        /(?:DataLoader|workers?|iterator).{0,60}(?:start(?:s|ing|up)?|spawn(?:s|ing|ed)?|creat\w+|initiali[sz]\w+).{0,60}(?:\d+ ?s(?:ec(?:ond)?s?)?\b|slow|minutes|one (?:after|by) (?:the )?(?:other|one)|sequential)/i,
      weight: 0.55,
      on: ["windows"],
      source: "https://github.com/pytorch/pytorch/issues/153594",
    },
    {
      pattern:
        /\d ?(?:s|sec(?:ond)?s?|min(?:ute)?s?)\b[^\n]{0,120}(?:each|every|per|between) epochs?|(?:each|every|per|between) epochs?[^\n]{0,120}\d ?(?:s|sec(?:ond)?s?|min(?:ute)?s?)\b/i,
      on: ["windows"],
      together: /\bspawn|worker|DataLoader|persistent/i,
      unless: /Error\b|Traceback/,
      weight: 0.75,
      source: "https://github.com/pytorch/pytorch/issues/55455",
    },
    {
      pattern: /persistent[ _]workers?\b/i,
      on: ["windows"],
      together: /epoch/i,
      unless: /Error:/,
      weight: 0.6,
      source: "https://docs.pytorch.org/docs/stable/data.html",
    },
    {
      pattern:
        /worker[^\n]{0,40}(?:re-?set|re-?start|re-?creat|re-?spawn|re-?init|start)\w*[^\n]{0,60}(?:each|every|per|new) epoch|(?:each|every|new) epoch[^\n]{0,80}workers?[^\n]{0,30}(?:again|anew|re-?start|re-?creat|re-?spawn|re-?init|re-?load)/i,
      weight: 0.72,
      source: "https://github.com/pytorch/pytorch/issues/55455",
    },
    {
      pattern:
        /(?:每个?|每次|每一个?|两个) ?epoch[^\n]{0,40}(?:卡|慢|等|停|秒|分钟|很久)|epoch (?:之间|开始|切换)[^\n]{0,30}(?:卡|慢|等|停|秒|分钟|很久)/i,
      weight: 0.72,
      source: "https://github.com/pytorch/pytorch/issues/55455",
    },
  ],
} satisfies Partial<Record<CauseId, readonly Clue[]>>;
