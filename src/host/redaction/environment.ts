/**
 * Variables that the diagnosis reads; all others are left out of a snapshot. Names are compared in upper case.
 */
const kept = new Set(
  `PATH PATHEXT LD_LIBRARY_PATH LD_PRELOAD DYLD_LIBRARY_PATH HOME USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA
   SYSTEMROOT WINDIR SYSTEMDRIVE PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 OS PROCESSOR_ARCHITECTURE
   PROCESSOR_ARCHITEW6432 NUMBER_OF_PROCESSORS TMPDIR TEMP TMP LANG LANGUAGE CONTAINER VIRTUAL_ENV CUDA_VISIBLE_DEVICES
   DEVCONTAINER CODESPACES REMOTE_CONTAINERS COLAB_GPU KAGGLE_KERNEL_RUN_TYPE GPU_DEVICE_ORDINAL DISPLAY
   SLURM_JOB_ID SLURM_CPUS_PER_TASK SLURM_CPUS_ON_NODE SLURM_MEM_PER_NODE SLURM_JOB_GPUS SLURM_STEP_GPUS SLURM_GPUS
   KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT`
    .split(/\s+/)
    .filter(Boolean),
);

const keptPrefixes =
  /^(?:CUDA|CUDNN|NVIDIA|NV|CONDA|MAMBA|PYENV|UV|PIP|POETRY|PIPENV|WSL|WSL2|LC|HIP|ROCR|ROCM|HSA|GPU|TF|TFJS|XLA|JAX|TORCH|PYTORCH|NCCL|OMP|MKL|OPENBLAS|NUMEXPR|KMP|GOMP|APPTAINER|SINGULARITY)_/;
const keptOthers = /^XDG_[A-Z]{1,20}_HOME$|^WSLENV$|^PYENV$|^PYTHON[A-Z_]{1,40}$/;

export function isKept(name: string): boolean {
  const upper = name.toUpperCase();
  return kept.has(upper) || keptPrefixes.test(upper) || keptOthers.test(upper);
}

const secretName = /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|(?:^|_)(?:KEYS?|PASS|AUTH)(?:$|_)/;

/** Does the name of a variable say that its value is a secret? */
export function namesSecret(name: string): boolean {
  return secretName.test(name.toUpperCase());
}

/** Does the name of a variable say that its value is an address? */
export function namesAddress(name: string): boolean {
  return /HOST|ADDR|SERVER|ENDPOINT|(?:^|_)IPS?(?:$|_)/.test(name.toUpperCase());
}
