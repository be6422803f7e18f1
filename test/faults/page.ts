import { checks } from "../../checks/index.ts";

const head = `# Which facts carry which verdict

What a check can no longer tell once one question to the machine is left without an answer, learned from the test
machines: each question of each machine was left unanswered in turn. A question that is not here is one that others
make up for, one whose silence makes a report poorer but no verdict open, or one that no test machine rests on.
\`*\` stands for an address, a version or a number, \`~\` for the user's folder.

Written by \`npm run docs:facts\`; a test holds it to what the checks do.
`;

/** @param carried "check<TAB>question" */
export function factsPage(carried: readonly string[]): string {
  const sections = checks.map(({ id, title }) => {
    const questions = [...new Set(carried.filter((each) => each.startsWith(`${id}\t`)))].map(
      (each) => each.split("\t")[1],
    );
    const lines = questions.sort().map((question) => `- \`${question}\``);
    return `## ${id}\n\n${title.en}\n\n${lines.length > 0 ? lines.join("\n") : "No single question."}\n`;
  });
  return [head, ...sections].join("\n");
}
