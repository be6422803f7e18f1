import { describe, expect, it } from "vitest";
import { containerCauses } from "../../checks/causes/container.ts";
import type { ContainerKind } from "../../src/facts/facts.ts";
import { facts } from "./build.ts";

describe("a container without its GPU", () => {
  const table: readonly [ContainerKind, RegExp][] = [
    ["docker", /^docker run --rm --gpus all ubuntu nvidia-smi$/],
    ["podman", /nvidia-ctk cdi generate --output=\/etc\/cdi\/nvidia.yaml$/],
  ];
  it.each(table)("%s", (container, command) => {
    const [first] = containerCauses["container-missing-gpu-flag"].remedies(facts({ platform: "linux", container }));
    expect(first?.commands[0]).toMatch(command);
    expect(first?.where).toBe("host");
  });

  it.each([
    ["kubernetes", "nvidia.com/gpu: 1"],
    ["apptainer", "--nv"],
    ["lxc", "nvidia.runtime=true"],
  ] as const)("%s is told in words", (container, words) => {
    const fix = containerCauses["container-missing-gpu-flag"].remedies(facts({ platform: "linux", container }));
    expect(fix).toHaveLength(1);
    expect(fix[0]?.title.en).toContain(words);
  });
});

describe("the container toolkit", () => {
  const register = ["sudo nvidia-ctk runtime configure --runtime=docker", "sudo systemctl restart docker"];
  const repo = "https://nvidia.github.io/libnvidia-container/stable/rpm/nvidia-container-toolkit.repo";
  it.each([
    ["ubuntu", "sudo apt-get install -y nvidia-container-toolkit"],
    ["debian", "sudo apt-get install -y nvidia-container-toolkit"],
    ["fedora", `sudo curl -fsSL -o /etc/yum.repos.d/nvidia-container-toolkit.repo ${repo}`],
    ["rocky", "sudo dnf install -y nvidia-container-toolkit"],
    ["opensuse-leap", `sudo zypper addrepo ${repo}`],
    ["arch", "sudo pacman -S --needed --noconfirm nvidia-container-toolkit"],
  ])("on %s", (os, command) => {
    const fix = containerCauses["container-toolkit-not-installed"].remedies(facts({ platform: "linux", os }));
    expect(fix).toHaveLength(1);
    expect(fix[0]?.commands).toContain(command);
    expect(fix[0]?.commands.slice(-2)).toEqual(register);
    expect(fix[0]?.needs).toEqual(["sudo", "network", "downtime"]);
  });

  it("from inside a container, where the host's distribution cannot be seen, gives the usual ones", () => {
    const of = facts({ platform: "linux", os: "debian", container: "docker" });
    expect(containerCauses["container-toolkit-not-installed"].remedies(of)).toHaveLength(3);
  });

  it("on a distribution without NVIDIA packages points to the guide", () => {
    const fix = containerCauses["container-toolkit-not-installed"].remedies(facts({ platform: "linux", os: "gentoo" }));
    expect(fix.map(({ commands }) => commands)).toEqual([[]]);
    expect(fix[0]?.title.en).toContain("https://docs.nvidia.com/");
  });
});
