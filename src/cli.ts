#!/usr/bin/env node
import { buildProgram } from "./cli/program.ts";
import { runCommandLine } from "./cli/run.ts";
import { argumentLanguage } from "./text/locale.ts";

const given = process.argv.slice(2);
// Somebody at a terminal is asked; a script gets the report of check, the default command.
const attended = process.stdin.isTTY && process.stderr.isTTY && !process.env["CI"];
const language = argumentLanguage(given, process.env);
const args = given.length === 0 && attended ? ["doctor"] : given;
process.exitCode = await runCommandLine(buildProgram(language), args, language);
