/** Words of a text that reports a failure: a working stack is no answer to it. */
export const trouble =
  /\b\w*(?:Error|Exception)\b|\bfail(?:ed|s|ure)?\b|Traceback|\bfatal\b|\bKilled\b|not compatible|\bNOT AVAILABLE\b|is_available\(\)\)?\W{0,12}False|available: (?:False|No)\b|\bERR!|Prohibited|\bslow(?:er|ly)?\b|\bhangs?\b|\bblocked\b|\bcannot\b|\bcan't\b|\bnot found\b|ROCM used to build PyTorch: \d|requires reset|does(?:n't| not) work|"exists": ?false|worker processes in total|num_workers/i;
