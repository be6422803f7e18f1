import { connect } from "node:net";

/**
 * Writes into the memory of a running guest, through the stub for debuggers that QEMU opens with `-gdb unix:PATH`.
 * https://sourceware.org/gdb/current/onlinedocs/gdb.html/Packets.html: `M` writes, `D` lets the guest run on.
 */
export async function writeKernelMemory(stub: string, address: bigint, bytes: Buffer): Promise<void> {
  const socket = connect(stub);
  const answered = new Promise<void>((resolve, reject) => {
    const packets = [`M${address.toString(16)},${bytes.length.toString(16)}:${bytes.toString("hex")}`, "D"];
    let heard = "";
    socket.on("error", reject);
    // Who connects stops the guest.
    socket.on("connect", () => socket.write(packet(packets[0] ?? "")));
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      for (let said = /\$([^#]*)#..|\$([^#]*)#..$/.exec(heard); said !== null; said = /\$([^#]*)#../.exec(heard)) {
        heard = heard.slice(said.index + said[0].length);
        socket.write("+");
        if (said[1]?.startsWith("E")) reject(new Error(`the guest's memory at ${address.toString(16)}: ${said[1]}`));
        if (said[1] !== "OK") continue;
        packets.shift();
        if (packets[0] === undefined) resolve();
        else socket.write(packet(packets[0]));
      }
    });
  });
  await answered.finally(() => socket.destroy());
}

function packet(content: string): string {
  const sum = [...content].reduce((total, letter) => (total + letter.charCodeAt(0)) % 256, 0);
  return `$${content}#${sum.toString(16).padStart(2, "0")}`;
}
