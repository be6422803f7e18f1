/**
 * Programs that start another one, and how their words are skipped: options by the number of words that follow them
 * (others follow none, or have their value behind a "="), then words of their own before the command.
 */
export interface Launcher {
  readonly options: Readonly<Record<string, number>>;
  readonly operands?: number;
}

const one = (names: string): Record<string, number> =>
  Object.fromEntries(names.split(" ").map((name) => [name, 1] as const));

/** They start it here, in the environment that they were given. */
export const wrappers: Readonly<Record<string, Launcher>> = {
  nohup: { options: {} },
  setsid: { options: {} },
  catchsegv: { options: {} },
  unbuffer: { options: {} },
  caffeinate: { options: one("-t -w") },
  nice: { options: one("-n --adjustment") },
  ionice: { options: one("-c -n --class --classdata") },
  chrt: { options: {}, operands: 1 },
  taskset: { options: {}, operands: 1 },
  time: { options: one("-o -f --output --format") },
  timeout: { options: one("-s -k --signal --kill-after"), operands: 1 },
  stdbuf: { options: one("-i -o -e --input --output --error") },
  numactl: { options: one("-i -m -N -C -p -w --interleave --membind --cpunodebind --physcpubind --preferred") },
  "xvfb-run": { options: one("-n -s -e -f -p -w --server-num --server-args --error-file --auth-file") },
  prlimit: { options: {} },
  nsys: {
    options: one("-o -t -s -w -f -y -d --output --trace --sample --capture-range --duration --delay"),
    operands: 1,
  },
  ncu: { options: one("-o -k -c -s --export --kernel-name --launch-count --launch-skip --set --section") },
};

/** They start it on nodes of their own choice, with this environment. */
export const clusterLaunchers: Readonly<Record<string, Launcher>> = {
  srun: {
    options: one(
      "-A -B -c -C -d -D -e -F -G -i -J -L -m -M -n -N -o -p -q -r -S -t -T -w -W -x --account --chdir --constraint --cpus-per-task --error --exclude --export --gpus --gpus-per-node --gpus-per-task --gres --job-name --mem --mem-per-cpu --mem-per-gpu --nodelist --nodes --ntasks --ntasks-per-node --output --partition --qos --time",
    ),
  },
  ...Object.fromEntries(
    ["mpirun", "mpiexec", "orterun", "prterun"].map((name) => [
      name,
      {
        options: {
          ...one(
            "-n -np -N -H -host --host -hostfile --hostfile -machinefile -x --bind-to --map-by --rank-by -wdir --wdir",
          ),
          ...{ "-mca": 2, "--mca": 2, "-gmca": 2, "--gmca": 2, "-genv": 2 },
        },
      },
    ]),
  ),
};

/** They start it on another machine, or in another file system. */
export const elsewhere = new Set(
  "docker podman nerdctl apptainer singularity enroot kubectl ssh wsl sbatch salloc bsub qsub systemd-run flatpak nix-shell".split(
    " ",
  ),
);

export const shells = new Set("sh bash dash zsh ksh fish csh tcsh pwsh powershell cmd make just".split(" "));

/** They start it in an environment that they make for it. */
export const ownEnvironment = new Set(["uvx", "pipx"]);

/** `NAME run …` in the project's environment. */
export const projectRunners = new Set(["poetry", "pipenv", "pdm", "hatch", "rye", "pixi"]);

export const condaRun: Launcher = { options: one("-n --name -p --prefix --cwd -a --attach -e --env -r --root-prefix") };

export const uvRun: Launcher = {
  options: one(
    "-p --python --project --directory --extra --no-extra --group --no-group --only-group -w --with --with-editable --with-requirements --env-file --package --index --default-index -i --index-url --extra-index-url -f --find-links --config-file --color --cache-dir --refresh-package -P --upgrade-package --link-mode --resolution --prerelease --exclude-newer -C --config-setting --index-strategy --keyring-provider --python-platform -m --module -s --script --gui-script",
  ),
};

export const python: Launcher = { options: one("-X -W --check-hash-based-pycs") };

export interface Skipped {
  /** Options with their values, in order; a flag has none. */
  readonly options: readonly (readonly [name: string, value: string | undefined])[];
  /** What comes behind the launcher's own words. */
  readonly rest: readonly string[];
}

/** The words behind a launcher's options and operands. `stop` ends the options and keeps its own word in `rest`. */
export function skip(
  words: readonly string[],
  launcher: Launcher,
  stop: (word: string) => boolean = () => false,
): Skipped {
  const options: [string, string | undefined][] = [];
  let operands = launcher.operands ?? 0;
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? "";
    if (stop(word)) break;
    if (word === "--") {
      at += 1;
      break;
    }
    if (word.startsWith("-") && word !== "-") {
      const equals = word.startsWith("--") ? word.indexOf("=") : -1;
      const name = equals < 0 ? word : word.slice(0, equals);
      const follow = equals < 0 ? (launcher.options[name] ?? 0) : 0;
      options.push([name, equals >= 0 ? word.slice(equals + 1) : follow > 0 ? words[at + 1] : undefined]);
      at += 1 + follow;
    } else if (operands > 0) {
      operands -= 1;
      at += 1;
    } else break;
  }
  return { options, rest: words.slice(at) };
}

/** The value of the last of these options. */
export function optionOf({ options }: Skipped, ...names: readonly string[]): string | undefined {
  return options.findLast(([name]) => names.includes(name))?.[1];
}

export function hasOption({ options }: Skipped, ...names: readonly string[]): boolean {
  return options.some(([name]) => names.includes(name));
}
