#!/usr/bin/env node
import { buildProgram } from "./cli/program.ts";
import { runCommandLine } from "./cli/run.ts";

process.exitCode = await runCommandLine(buildProgram(), process.argv.slice(2));
