import type { Inventory } from "./host.ts";

/** The parts of systeminformation that are right; for Windows and macOS, which have no sysfs. */
export async function takeInventory(): Promise<Inventory> {
  const { default: si } = await import("systeminformation");
  const [graphics, system, os] = await Promise.all([si.graphics(), si.system(), si.osInfo()]);
  return {
    controllers: graphics.controllers.map((controller) => ({
      vendor: controller.vendor,
      model: controller.model,
      // It says 0 or NaN where it does not know.
      vramMiB: controller.vram ? Math.round(controller.vram) : null,
      pnpId: controller.pciID || null,
      driverVersion: controller.driverVersion || null,
    })),
    system: { manufacturer: system.manufacturer, model: system.model, virtual: system.virtual },
    os: { distro: os.distro, release: os.release, build: os.build },
  };
}
