/** "13.0" of a version such as "13.0.88"; null where the text is none. */
function majorMinor(text: string): string | null {
  return /^v?(\d{1,2}\.\d{1,2})(?:\.\d+)*$/.exec(text.trim())?.[1] ?? null;
}

/** Version in a toolkit's version.json ({"cuda": {"name": "CUDA SDK", "version": "12.4.1"}, …}). */
export function versionOfJson(text: string): string | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const { cuda } = Object(parsed) as { cuda?: { version?: unknown } };
    return majorMinor(String(Object(cuda).version ?? ""));
  } catch {
    return null;
  }
}

/** Version in the version.txt of toolkits before 11.1: "CUDA Version 10.2.89". */
export function versionOfText(text: string): string | null {
  return majorMinor(/CUDA Version (\d{1,3}(?:\.\d{1,6}){1,3})/.exec(text.slice(0, 4096))?.[1] ?? "");
}

/** Version in a folder's name: "/usr/local/cuda-12.4", "…\CUDA\v12.4". */
export function versionOfFolder(path: string): string | null {
  return majorMinor(/(?:cuda-|[\\/]v)(\d{1,2}\.\d{1,2})$/.exec(path)?.[1] ?? "");
}

/** Version in `nvcc --version`: "Cuda compilation tools, release 13.0, V13.0.48". */
export function versionOfNvcc(text: string): string | null {
  return majorMinor(/release (\d{1,2}\.\d{1,2})\b/.exec(text.slice(0, 65_536))?.[1] ?? "");
}

/** The compiler that a wrapper script starts: "exec /usr/local/cuda-13.0/bin/nvcc \"$@\"". */
export function wrappedNvcc(script: string): string | null {
  return script.startsWith("#!")
    ? (/(\/[\w./+-]{1,400}\/nvcc)(?=["'\s]|$)/.exec(script.slice(0, 4096))?.[1] ?? null)
    : null;
}
