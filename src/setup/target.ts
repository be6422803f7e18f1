import { z } from "zod";

/** What the user wants to end with. Everything that is not given is decided from the facts. */
export const targetSchema = z.object({
  target: z.enum(["gpu", "cpu"]),
  framework: z.enum(["torch", "tensorflow", "tfjs"]),
  /** null: the Python that is active, as it is. */
  env: z.enum(["venv", "conda", "uv"]).nullable(),
  /** Folder in which the environment is made, absolute. */
  dir: z.string(),
  mirror: z.string().nullable(),
  /** Native Windows only: train there, or in WSL2. */
  way: z.enum(["windows", "wsl2"]).nullable(),
});

export type Target = z.infer<typeof targetSchema>;
