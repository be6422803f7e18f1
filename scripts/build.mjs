import { mkdir, rm } from "node:fs/promises";

console.log("placeholder until the command line lands");
await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
