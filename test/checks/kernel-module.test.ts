import driverBinding from "../../checks/gpu/driver-binding.ts";
import driverBranch from "../../checks/gpu/driver-branch.ts";
import driverFlavour from "../../checks/gpu/driver-flavour.ts";
import driverInstalled from "../../checks/gpu/driver-installed.ts";
import driverModule from "../../checks/gpu/driver-module.ts";
import driverPrime from "../../checks/gpu/driver-prime.ts";
import { absent, value } from "../../src/facts/fact.ts";
import type { Adapter, LoadedModule } from "../../src/facts/facts.ts";
import { checkTester, flip } from "../support/check-tester.ts";
import {
  adapter,
  bare,
  docker,
  gtx1080,
  metal,
  rtx5090,
  showing,
  smi,
  smiFailed,
  windows,
  wsl2,
} from "../support/facts.ts";
import { unknown } from "../support/unknown.ts";

const nothingInstalled = { ...bare.driver };

checkTester(driverInstalled, {
  pass: {
    "from packages": metal,
    "from the .run file": flip(metal, { driver: { packages: absent(), dkms: absent() } }),
    "packages only, the module is still to be built": flip(metal, {
      driver: { ...nothingInstalled, packages: value([{ name: "nvidia-driver", version: "550", manager: "dpkg" }]) },
    }),
    Windows: windows,
  },
  fail: {
    "a card and nothing for it": [flip(metal, { driver: nothingInstalled }), "driver-not-installed"],
    "Windows without nvidia-smi": [flip(windows, { driver: { smi: absent() } }), "driver-not-installed"],
  },
  skipped: { "no card": bare, WSL2: wsl2, container: docker },
  unknown: {
    "files not readable": flip(metal, {
      driver: { ...nothingInstalled, userspaceVersion: unknown("denied") },
    }),
  },
});

const bound = (driver: string) => showing(metal, adapter({ driver: value(driver) }));

checkTester(driverBinding, {
  pass: {
    nvidia: metal,
    "nothing yet": showing(metal, adapter({ driver: absent() })),
    "one of two is kept for a guest": showing(metal, adapter(), adapter({ driver: value("vfio-pci") })),
  },
  fail: {
    nouveau: [bound("nouveau"), "nouveau-conflict"],
    "vfio-pci": [bound("vfio-pci"), "nouveau-conflict"],
  },
  skipped: { "no card": bare, WSL2: wsl2, Windows: windows },
  unknown: { "not told": showing(metal, adapter({ driver: unknown("denied") })) },
});

checkTester(driverPrime, {
  pass: { "on-demand": flip(metal, { driver: { primeProfile: value("on-demand") } }) },
  fail: {
    intel: [flip(metal, { driver: { primeProfile: value("intel"), smi: absent() } }), "prime-profile-not-nvidia"],
  },
  skipped: { "no such tool": metal },
});

const driver595 = {
  module: absent(),
  smi: absent(),
  built: value({ path: "nvidia.ko", version: "595.71.05", flavour: "proprietary", signer: null } as const),
};

checkTester(driverBranch, {
  pass: {
    current: metal,
    "the last branch of Pascal": flip(showing(metal, gtx1080), {
      driver: { smi: value(smi({ driverVersion: "580.95.05" })) },
    }),
    "Windows's number of that branch": flip(showing(windows, gtx1080), {
      driver: { smi: value(smi({ driverVersion: "582.16" })) },
    }),
    "another card of the machine is served": flip(showing(metal, gtx1080, adapter()), { driver: driver595 }),
  },
  fail: {
    "Pascal with 595": [flip(showing(metal, gtx1080), { driver: driver595 }), "driver-branch-dropped-gpu"],
  },
  skipped: { "no card": bare, "version not known": flip(metal, { driver: nothingInstalled }) },
});

const modules = (flavour: LoadedModule["flavour"], card: Adapter) =>
  flip(showing(metal, card), {
    driver: {
      module: value({ version: "575.57.08", flavour }),
      smi: value(smiFailed("no-devices", "No devices were found")),
    },
  });

checkTester(driverFlavour, {
  pass: {
    "Ada takes either": modules("open", adapter()),
    "Ada with the proprietary one": metal,
    "Blackwell with the open one": modules("open", rtx5090),
    "nvidia-smi lists the card, whatever the table says": flip(modules("proprietary", rtx5090), {
      driver: { smi: value(smi()) },
    }),
  },
  fail: {
    "Blackwell with the proprietary one": [modules("proprietary", rtx5090), "open-kernel-module-required"],
    "Pascal with the open one": [modules("open", gtx1080), "driver-branch-dropped-gpu"],
  },
  skipped: { "flavour not known": flip(showing(metal, rtx5090), { driver: nothingInstalled }), WSL2: wsl2 },
});

const rejected = value(["nvidia: module verification failed", "Loading of module with unavailable key is rejected"]);

checkTester(driverModule, {
  pass: { loaded: metal },
  fail: {
    "built for another kernel": [
      flip(metal, { driver: { module: absent(), built: absent(), builtFor: value(["6.1.0-25-amd64"]) } }),
      "kernel-module-missing",
    ],
    "Secure Boot, by the kernel log": [
      flip(metal, { driver: { module: absent(), kernelLog: rejected } }),
      "secure-boot-unsigned-module",
    ],
    "Secure Boot, by the missing signer": [
      flip(metal, { system: { secureBoot: value(true) }, driver: { module: absent() } }),
      "secure-boot-unsigned-module",
    ],
    "built and idle": [flip(metal, { driver: { module: absent() } }), "kernel-module-missing"],
  },
  skipped: { WSL2: wsl2, container: docker, "no card": bare, Windows: windows },
  unknown: {
    "not told": flip(metal, { driver: { module: unknown("denied") } }),
    "not loaded, and the folder cannot be read": flip(metal, {
      driver: { module: absent(), built: unknown("denied") },
    }),
  },
});
