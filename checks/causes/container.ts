import { cause, type Remedy } from "../../src/diagnosis/cause.ts";
import type { ContainerKind, Facts } from "../../src/facts/facts.ts";
import { message } from "../../src/text/message.ts";
import { containersOf, inContainer, onWindows } from "../situation.ts";
import { containerClues } from "./clues/container.ts";
import { byHand, type Family, familiesFor, familyNames, familyOf, install, type } from "./remedies.ts";

const installGuide = "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html";
const cdiGuide = "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html";
const troubleshooting = "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html";

const texts = {
  dockerFlag: message(
    "Start the container again with --gpus all (first try that Docker can hand out the GPU at all)",
    "加上 --gpus all 重新启动容器（先用下面的命令确认 Docker 本身能分配 GPU）",
  ),
  compose: message(
    "Docker Compose: in compose.yaml give the service deploy.resources.reservations.devices with driver: nvidia, count: all, capabilities: [gpu], then recreate it",
    "Docker Compose：在 compose.yaml 中为该服务添加 deploy.resources.reservations.devices，内容为 driver: nvidia、count: all、capabilities: [gpu]，然后重建容器",
  ),
  podman: message(
    "Podman: describe the GPU for CDI on the host, then start the container with --device nvidia.com/gpu=all",
    "Podman：在宿主机上生成 CDI 描述文件，然后用 --device nvidia.com/gpu=all 启动容器",
  ),
  kubernetes: message(
    "Kubernetes: in the pod's container set resources.limits to nvidia.com/gpu: 1; the node needs the NVIDIA device plugin or GPU Operator",
    "Kubernetes：在 Pod 的容器中把 resources.limits 设为 nvidia.com/gpu: 1；节点上需要部署 NVIDIA device plugin 或 GPU Operator",
  ),
  apptainer: message(
    "Apptainer/Singularity: start the container with --nv, e.g. apptainer exec --nv image.sif nvidia-smi",
    "Apptainer/Singularity：启动容器时加上 --nv，例如 apptainer exec --nv image.sif nvidia-smi",
  ),
  lxc: message(
    "LXC/Incus: add the GPU to the container on the host (incus config device add NAME gpu gpu, incus config set NAME nvidia.runtime=true) and restart it",
    "LXC/Incus：在宿主机上把 GPU 添加到容器（incus config device add NAME gpu gpu，incus config set NAME nvidia.runtime=true），然后重启容器",
  ),
  toolkit: message(
    "On the host ({system}): install the NVIDIA Container Toolkit, register it with Docker and restart Docker",
    "在宿主机（{system}）上安装 NVIDIA Container Toolkit，注册到 Docker 并重启 Docker",
  ),
  dockerDesktop: message(
    "Docker Desktop brings the runtime itself: in Settings > General switch on 'Use the WSL 2 based engine', and keep the NVIDIA driver on Windows and WSL (wsl --update) current",
    "Docker Desktop 自带运行时：在 Settings > General 中启用“Use the WSL 2 based engine”，并把 Windows 上的 NVIDIA 驱动和 WSL（wsl --update）更新到最新",
  ),
  toolkitOther: message(
    "On the host: install the NVIDIA Container Toolkit as described in {guide}, run sudo nvidia-ctk runtime configure --runtime=docker and restart Docker",
    "在宿主机上按照 {guide} 安装 NVIDIA Container Toolkit，执行 sudo nvidia-ctk runtime configure --runtime=docker 并重启 Docker",
  ),
  snap: message(
    "Replace the snap by the distribution's Docker. Its images and volumes are not carried over: save what you need first (docker save, docker cp)",
    "用发行版自带的 Docker 替换 snap 版。镜像和数据卷不会自动迁移：请先用 docker save、docker cp 保存需要的内容",
  ),
  restart: message(
    "Restart the container on the host (docker restart NAME): it gets its devices back until the next systemctl daemon-reload",
    "在宿主机上重启该容器（docker restart NAME）：在下一次 systemctl daemon-reload 之前设备会恢复可用",
  ),
  devChar: message(
    "On the host: create the device links whose absence makes systemd drop the GPU's rule, then restart the container",
    "在宿主机上创建缺失的设备链接（缺少它们时 systemd 会丢弃 GPU 的设备规则），然后重启容器",
  ),
  noCgroups: message(
    "If the GPU was refused from the start: have the toolkit write device rules again (no-cgroups = false) and restart Docker",
    "如果容器一启动就被拒绝访问：让 toolkit 重新写入设备规则（no-cgroups = false）并重启 Docker",
  ),
  cgroupfs: message(
    'For good: upgrade the NVIDIA Container Toolkit to 1.18 or newer (it uses CDI), or put "exec-opts": ["native.cgroupdriver=cgroupfs"] into /etc/docker/daemon.json and restart Docker',
    '长期方案：把 NVIDIA Container Toolkit 升级到 1.18 或更高版本（默认使用 CDI），或在 /etc/docker/daemon.json 中加入 "exec-opts": ["native.cgroupdriver=cgroupfs"] 并重启 Docker',
  ),
  uvm: message(
    "On the host: load nvidia_uvm and create its device nodes, then start the container anew",
    "在宿主机上加载 nvidia_uvm 并创建其设备节点，然后重新启动容器",
  ),
  uvmDevice: message(
    "If the devices are passed one by one: add --device /dev/nvidia-uvm --device /dev/nvidia-uvm-tools to those of /dev/nvidia0 and /dev/nvidiactl, or use --gpus all instead",
    "如果是逐个传入设备：除 /dev/nvidia0 和 /dev/nvidiactl 外，再加上 --device /dev/nvidia-uvm --device /dev/nvidia-uvm-tools，或者直接改用 --gpus all",
  ),
  compatPath: message(
    "In the container: take the image's compat folder off the library path, so that the host's libcuda is used",
    "在容器中把镜像自带的 compat 目录从库搜索路径中去掉，改用宿主机的 libcuda",
  ),
  compatCache: message(
    "If it comes from the loader's cache: find the line that names the compat folder, remove it in the Dockerfile and run ldconfig",
    "如果来自加载器缓存：找到指定 compat 目录的那一行，在 Dockerfile 中删除并执行 ldconfig",
  ),
  compatImage: message(
    "Or take an image whose CUDA version the host's driver serves (nvidia-smi on the host shows it as CUDA Version)",
    "或者换用宿主机驱动支持的 CUDA 版本的镜像（在宿主机上运行 nvidia-smi，看 CUDA Version 一栏）",
  ),
  compatDriver: message(
    "Or install a newer NVIDIA driver on the host; a GeForce card cannot use forward compatibility",
    "或者在宿主机上安装更新的 NVIDIA 驱动；GeForce 显卡不支持前向兼容（forward compatibility）",
  ),
};

/** The innermost container is the one that has to be started differently. */
function kindOf(facts: Facts): ContainerKind | undefined {
  return containersOf(facts)[0]?.kind;
}

function flagRemedies(facts: Facts): readonly Remedy[] {
  const docker = [
    type("host", texts.dockerFlag(), ["docker run --rm --gpus all ubuntu nvidia-smi"]),
    type("host", texts.compose(), ["docker compose up -d --force-recreate"]),
  ];
  const podman = type("host", texts.podman(), [
    "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
    "podman run --rm --device nvidia.com/gpu=all ubuntu nvidia-smi",
  ]);
  const kubernetes = byHand("host", texts.kubernetes());
  switch (kindOf(facts)) {
    case "docker":
      return docker;
    case "podman":
      return [podman];
    case "kubernetes":
      return [kubernetes];
    case "apptainer":
      return [byHand("host", texts.apptainer())];
    case "lxc":
      return [byHand("host", texts.lxc())];
    default:
      return [...docker, podman, kubernetes];
  }
}

const keyring = "/usr/share/keyrings/nvidia-container-toolkit-keyring.asc";
const repository = "https://nvidia.github.io/libnvidia-container";
const rpmRepository = `${repository}/stable/rpm/nvidia-container-toolkit.repo`;

const addRepository: Readonly<Record<"apt" | "dnf" | "zypper" | "pacman", readonly string[]>> = {
  apt: [
    "sudo apt-get update",
    "sudo apt-get install -y curl",
    `sudo curl -fsSL -o ${keyring} ${repository}/gpgkey`,
    `echo 'deb [signed-by=${keyring}] ${repository}/stable/deb/$(ARCH) /' | sudo tee /etc/apt/sources.list.d/nvidia-container-toolkit.list`,
    "sudo apt-get update",
  ],
  dnf: [`sudo curl -fsSL -o /etc/yum.repos.d/nvidia-container-toolkit.repo ${rpmRepository}`],
  zypper: [`sudo zypper addrepo ${rpmRepository}`, "sudo zypper --gpg-auto-import-keys refresh"],
  pacman: [],
};

const repositoryOf: Readonly<Record<Family, keyof typeof addRepository>> = {
  debian: "apt",
  ubuntu: "apt",
  fedora: "dnf",
  rhel: "dnf",
  arch: "pacman",
  suse: "zypper",
};

const registerRuntime = ["sudo nvidia-ctk runtime configure --runtime=docker", "sudo systemctl restart docker"];

/** Inside a container the host's distribution is not to be seen, so the usual ones are given. */
function toolkitRemedies(facts: Facts): readonly Remedy[] {
  if (onWindows(facts)) return [byHand("windows", texts.dockerDesktop(), "network", "downtime")];
  const unseen: readonly Family[] = ["ubuntu", "fedora", "suse"];
  const seen = inContainer(facts) || familyOf(facts) === null ? unseen : familiesFor(facts);
  if (seen.length === 0) return [byHand("host", texts.toolkitOther({ guide: installGuide }), "network", "downtime")];
  return seen.map((family) => {
    const commands = [
      ...addRepository[repositoryOf[family]],
      install(family, ["nvidia-container-toolkit"]),
      ...registerRuntime,
    ];
    const system = repositoryOf[family] === "apt" ? "Debian, Ubuntu" : familyNames[family];
    return type("host", texts.toolkit({ system }), commands, "network", "downtime");
  });
}

export const containerCauses = {
  "container-missing-gpu-flag": cause({
    id: "container-missing-gpu-flag",
    group: "container",
    title: message("The container was started without its GPU", "容器启动时没有分配 GPU")(),
    explanation: message(
      "A container sees no GPU unless it is asked for when it starts. The driver's libraries and the /dev/nvidia* devices are put in by the NVIDIA runtime only with --gpus (or the equivalent of Compose, Podman or Kubernetes). The image may hold all of CUDA and still find no device.",
      "容器只有在启动时明确请求 GPU 才能看到它。只有使用 --gpus（或 Compose、Podman、Kubernetes 的等价设置）时，NVIDIA 运行时才会把驱动库和 /dev/nvidia* 设备放进容器。即使镜像里装好了完整的 CUDA，也找不到设备。",
    )(),
    recognise: message(
      "`ls /dev/nvidia*` in the container shows nothing, while `nvidia-smi` on the host lists the card. If `docker run --gpus all` itself fails with 'could not select device driver', the toolkit is missing instead.",
      "在容器内执行 `ls /dev/nvidia*` 什么也没有，而宿主机上的 `nvidia-smi` 能列出显卡。如果 `docker run --gpus all` 本身就报“could not select device driver”，则是缺少 toolkit。",
    )(),
    references: [
      "https://docs.docker.com/engine/containers/resource_constraints/#gpu",
      "https://docs.docker.com/compose/how-tos/gpu-support/",
      cdiGuide,
    ],
    clues: containerClues["container-missing-gpu-flag"],
    remedies: flagRemedies,
  }),

  "container-toolkit-not-installed": cause({
    id: "container-toolkit-not-installed",
    group: "container",
    title: message(
      "The NVIDIA Container Toolkit is missing on the host",
      "宿主机上没有安装 NVIDIA Container Toolkit",
    )(),
    explanation: message(
      "Docker hands a GPU to a container through the NVIDIA Container Toolkit, which is no part of Docker or of the driver. Without it, or without its entry in Docker's configuration, `--gpus` has no runtime to turn to and the container does not start.",
      "Docker 通过 NVIDIA Container Toolkit 把 GPU 交给容器，它既不属于 Docker 也不属于驱动。没有安装，或没有写入 Docker 配置时，`--gpus` 找不到可用的运行时，容器无法启动。",
    )(),
    recognise: message(
      "`docker run --rm --gpus all ubuntu nvidia-smi` says 'could not select device driver' or 'unknown runtime: nvidia'; `nvidia-ctk --version` on the host is not found. If the toolkit is there and Docker comes from snap, see container-docker-snap.",
      "`docker run --rm --gpus all ubuntu nvidia-smi` 报“could not select device driver”或 unknown runtime: nvidia；宿主机上找不到 `nvidia-ctk --version`。如果 toolkit 已安装而 Docker 来自 snap，请看 container-docker-snap。",
    )(),
    references: [installGuide, "https://github.com/NVIDIA/nvidia-docker/issues/1018"],
    clues: containerClues["container-toolkit-not-installed"],
    remedies: toolkitRemedies,
  }),

  "container-docker-snap": cause({
    id: "container-docker-snap",
    group: "container",
    title: message("Docker from snap cannot reach the NVIDIA runtime", "snap 版 Docker 无法使用 NVIDIA 运行时")(),
    explanation: message(
      "The snap of Docker runs confined and looks for its runtimes and configuration inside the snap. The NVIDIA Container Toolkit installed on the host writes to /etc/docker and /usr/bin, which that Docker does not read, so GPUs stay out of reach however often the toolkit is installed.",
      "snap 版 Docker 运行在沙箱里，只在 snap 内部查找运行时和配置。而宿主机上的 NVIDIA Container Toolkit 写入的是 /etc/docker 和 /usr/bin，这个 Docker 读不到，所以无论重装多少次 toolkit 都用不了 GPU。",
    )(),
    recognise: message(
      "`snap list docker` lists it and `readlink -f $(command -v docker)` ends in /usr/bin/snap; `nvidia-ctk --version` works all the same.",
      "`snap list docker` 能列出它，`readlink -f $(command -v docker)` 指向 /usr/bin/snap，而 `nvidia-ctk --version` 却正常。",
    )(),
    references: [
      "https://github.com/NVIDIA/nvidia-docker/issues/1591",
      "https://docs.docker.com/engine/install/ubuntu/",
    ],
    clues: containerClues["container-docker-snap"],
    remedies: () => [
      type(
        "host",
        texts.snap(),
        ["sudo snap remove docker", "sudo apt-get update", "sudo apt-get install -y docker.io", ...registerRuntime],
        "network",
        "downtime",
      ),
    ],
  }),

  "container-cgroup-device-revoked": cause({
    id: "container-cgroup-device-revoked",
    group: "container",
    title: message(
      "The running container lost its right to the GPU devices",
      "运行中的容器失去了 GPU 设备的访问权限",
    )(),
    explanation: message(
      "With the systemd cgroup driver, the older NVIDIA runtime hook adds the GPU's device rules behind systemd's back. When systemd reloads its units (an upgrade, `systemctl daemon-reload`), it writes back the rules it knows, and the container can no longer open /dev/nvidia*. Jobs that already hold the devices go on; new ones fail with NVML Unknown Error.",
      "在 systemd cgroup 驱动下，旧的 NVIDIA 运行时钩子绕过 systemd 添加 GPU 设备规则。当 systemd 重新加载单元（系统升级或 `systemctl daemon-reload`）时，会写回它自己知道的规则，容器便无法再打开 /dev/nvidia*。已经持有设备的任务继续运行，新任务则报 NVML Unknown Error。",
    )(),
    recognise: message(
      "In the container `nvidia-smi` says 'Failed to initialize NVML: Unknown Error' though it worked before; on the host it works, and a restart of the container mends it for a while. On bare metal the same message has another cause.",
      "容器内 `nvidia-smi` 报“Failed to initialize NVML: Unknown Error”，而此前是正常的；宿主机上正常，重启容器后暂时恢复。裸机上出现同样的信息则是别的原因。",
    )(),
    references: [troubleshooting, "https://github.com/NVIDIA/nvidia-container-toolkit/issues/48"],
    clues: containerClues["container-cgroup-device-revoked"],
    remedies: () => [
      byHand("host", texts.restart(), "downtime"),
      type("host", texts.devChar(), ["sudo nvidia-ctk system create-dev-char-symlinks --create-all"], "downtime"),
      byHand("host", texts.cgroupfs(), "downtime"),
      type(
        "host",
        texts.noCgroups(),
        [
          "sudo nvidia-ctk config --set nvidia-container-cli.no-cgroups=false --in-place",
          "sudo systemctl restart docker",
        ],
        "downtime",
      ),
    ],
  }),

  "container-uvm-device-missing": cause({
    id: "container-uvm-device-missing",
    group: "container",
    title: message("/dev/nvidia-uvm is not in the container", "容器内缺少 /dev/nvidia-uvm")(),
    explanation: message(
      "CUDA needs /dev/nvidia-uvm besides /dev/nvidia0 and /dev/nvidiactl. The host creates it only when something first uses CUDA or loads nvidia_uvm; a container that was started earlier, or was given its devices one by one, lacks it. nvidia-smi then works while every CUDA program fails.",
      "除 /dev/nvidia0 和 /dev/nvidiactl 外，CUDA 还需要 /dev/nvidia-uvm。宿主机只有在首次使用 CUDA 或加载 nvidia_uvm 时才会创建它；在此之前启动的容器，或逐个指定设备的容器就没有它。这时 nvidia-smi 正常，但所有 CUDA 程序都失败。",
    )(),
    recognise: message(
      "`nvidia-smi` in the container lists the card, `ls -l /dev/nvidia-uvm` finds nothing, and PyTorch reports 'CUDA unknown error'. If the node is there, suspect uvm-broken-after-suspend.",
      "容器内 `nvidia-smi` 能列出显卡，但 `ls -l /dev/nvidia-uvm` 找不到文件，PyTorch 报 CUDA unknown error。如果设备节点存在，则考虑 uvm-broken-after-suspend。",
    )(),
    references: ["https://github.com/pytorch/pytorch/issues/49081", troubleshooting],
    clues: containerClues["container-uvm-device-missing"],
    remedies: () => [
      type(
        "host",
        texts.uvm(),
        ["sudo modprobe nvidia_uvm", "sudo nvidia-modprobe -u -c=0", "ls -l /dev/nvidia-uvm"],
        "downtime",
      ),
      byHand("host", texts.uvmDevice()),
    ],
  }),

  "cuda-forward-compat-conflict": cause({
    id: "cuda-forward-compat-conflict",
    group: "container",
    title: message(
      "The image's compat libcuda does not fit the host's driver",
      "镜像中的 compat libcuda 与宿主机驱动不匹配",
    )(),
    explanation: message(
      "CUDA images carry a newer libcuda in /usr/local/cuda/compat for forward compatibility, which works on data-centre cards only. Where this library is loaded on a GeForce card, or above a driver it does not fit, CUDA stops with error 804 (forward compatibility on non-supported hardware) or 803 (unsupported driver combination).",
      "CUDA 镜像在 /usr/local/cuda/compat 中带有较新的 libcuda，用于前向兼容，但只支持数据中心显卡。当它在 GeForce 显卡上被加载，或与宿主机驱动不匹配时，CUDA 会以错误 804（不支持的硬件上尝试前向兼容）或 803（驱动组合不受支持）终止。",
    )(),
    recognise: message(
      "The error number is 804, or 803 inside a container; `ldconfig -p | grep libcuda.so` or LD_LIBRARY_PATH names a compat folder first. Error 803 outside containers means that module and libraries of the driver differ.",
      "错误号为 804，或在容器内为 803；`ldconfig -p | grep libcuda.so` 或 LD_LIBRARY_PATH 中 compat 目录排在最前。容器外的 803 则表示驱动的内核模块与用户态库版本不一致。",
    )(),
    references: [
      "https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html",
      "https://github.com/microsoft/onnxruntime/issues/21435",
    ],
    clues: containerClues["cuda-forward-compat-conflict"],
    remedies: () => [
      type("guest", texts.compatPath(), [
        "export LD_LIBRARY_PATH=\"$(printf %s \"$LD_LIBRARY_PATH\" | tr ':' '\\n' | grep -v '/compat' | paste -sd: -)\"",
      ]),
      type("guest", texts.compatCache(), ["ldconfig -p | grep libcuda.so", "grep -rn compat /etc/ld.so.conf.d"]),
      byHand("host", texts.compatImage()),
      byHand("host", texts.compatDriver(), "reboot"),
    ],
  }),
};
