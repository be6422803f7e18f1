import type { Duplex } from "node:stream";

/** A PCI device as its configuration space shows it. */
export interface PciDevice {
  readonly vendor: number;
  readonly device: number;
  /** Class, subclass and interface: 0x030000 is a VGA adapter. */
  readonly class: number;
  /** Sizes in bytes of BAR 0 to 5, powers of two under 2 GiB; 0 or left out: no such BAR. */
  readonly bars?: readonly number[];
  /** Those of the BARs that are 64 bits wide and prefetchable; the register after each is the upper half. */
  readonly wide?: readonly number[];
  /** The firmware does not see it, so that the kernel finds its BARs without addresses. */
  readonly missedByFirmware?: boolean;
}

/** Commands of QEMU's remote devices: https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/include/hw/remote/mpqemu-link.h */
const command = { reply: 1, configWrite: 2, configRead: 3, barWrite: 4, barRead: 5, reset: 7 } as const;
/** `int cmd` (padded), `size_t size`; the data follows. */
const headerBytes = 16;

/** Configuration registers: https://wiki.osdev.org/PCI#Header_Type_0x0 */
const register = { vendor: 0, device: 2, command: 4, class: 9, firstBar: 0x10, line: 0x3c, pin: 0x3d };
/** Memory and I/O on, bus master, interrupts off. */
const writableCommandBits = 0x0407;

const widePrefetchable = 0b1100;
const kindBits = 0b1111;

export interface RemoteDevice {
  /** To be called once the firmware has done its work. */
  firmwareDone(): void;
}

/** Plays the device at the other end of the socket that QEMU was given with `-device x-pci-proxy-dev,fd=N`. */
export function serveDevice(socket: Duplex, device: PciDevice): RemoteDevice {
  const space = configurationSpace(device);
  let hidden = false;
  let pending = Buffer.alloc(0);
  const answer = (asked: number, data: Buffer): number | null => {
    if (asked === command.configRead) {
      const length = data.readInt32LE(8);
      return hidden ? 2 ** (8 * length) - 1 : space.read(data.readUInt32LE(0), length);
    }
    if (asked === command.configWrite) {
      if (!hidden) space.write(data.readUInt32LE(0), data.readUInt32LE(4), data.readInt32LE(8));
      return 0;
    }
    // QEMU has asked for the kind of the device before it resets the machine.
    if (asked === command.reset) hidden = device.missedByFirmware ?? false;
    return asked === command.reset || asked === command.barRead || asked === command.barWrite ? 0 : null;
  };
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= headerBytes) {
      const end = headerBytes + Number(pending.readBigUInt64LE(8));
      if (pending.length < end) return;
      const value = answer(pending.readInt32LE(0), pending.subarray(headerBytes, end));
      pending = pending.subarray(end);
      if (value !== null) socket.write(reply(value));
    }
  });
  return {
    firmwareDone() {
      hidden = false;
    },
  };
}

function reply(value: number): Buffer {
  const message = Buffer.alloc(headerBytes + 8);
  message.writeInt32LE(command.reply, 0);
  message.writeBigUInt64LE(8n, 8);
  message.writeBigUInt64LE(BigInt(value), headerBytes);
  return message;
}

function configurationSpace(device: PciDevice) {
  const space = Buffer.alloc(4096);
  space.writeUInt16LE(device.vendor, register.vendor);
  space.writeUInt16LE(device.device, register.device);
  space.writeUIntLE(device.class, register.class, 3);
  space.writeUInt8(1, register.pin);
  for (const at of device.wide ?? []) space.writeUInt32LE(widePrefetchable, register.firstBar + 4 * at);
  /** A BAR keeps the address bits above its size: that is how its size is asked for. */
  const barAt = (address: number): number | null => {
    const at = (address - register.firstBar) / 4;
    return Number.isInteger(at) && at >= 0 && at < 6 ? (device.bars?.[at] ?? 0) : null;
  };
  return {
    read: (address: number, length: number): number => space.readUIntLE(address, length),
    write(address: number, value: number, length: number): void {
      const size = barAt(address);
      const kind = space.readUInt8(address) & kindBits;
      if (size !== null && length === 4) {
        space.writeUInt32LE(size === 0 ? 0 : ((value & ~(size - 1)) | kind) >>> 0, address);
      }
      if (address === register.command) space.writeUInt16LE(value & writableCommandBits, address);
      else if (address === register.line) space.writeUInt8(value & 0xff, address);
    },
  };
}
