/** What a diagnosis needs beside the facts: most of the program, and loaded while the machine is still being looked at. */
export { catalogue } from "../../checks/causes/index.ts";
export { checks } from "../../checks/index.ts";
export { diagnose } from "../diagnosis/diagnose.ts";
