import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const INTRODUCTION = `# Settings

Every program of \`apps/\` reads environment variables when it starts, and says with \`--help\` which ones. An empty
variable counts as unset. A program that cannot start names each bad setting on a line of its own. What must be
kept secret is never shown.

\`npm run settings > docs/settings.md\` makes this page of what the programs say. \`npm start\` sets all of it; its own
options are in \`npm start -- --help\`, the sample services' settings in
[test/domain-services](../test/domain-services/README.md), HAProxy's in
[apps/reverse-proxy](../apps/reverse-proxy/README.md).
`;

/**
 * The settings of every program of a repository, as a page of Markdown, from its answer to
 * `--help`. @throws Error when a program does not answer
 */
export async function settingsPage(root: string): Promise<string> {
  const programs = globSync("apps/*/src/main.ts", { cwd: root }).toSorted();
  const sections = await Promise.all(
    programs.map(async (file) => {
      const app = basename(dirname(dirname(file)));
      const { stdout } = await promisify(execFile)(process.execPath, [join(root, file), "--help"]);
      // The first line is name and version: a page that names versions is out of date every week.
      const [, ...lines] = stdout.trimEnd().split("\n");
      return `## [${app}](../apps/${app})\n\n\`\`\`text\n${lines.join("\n").trim()}\n\`\`\`\n`;
    }),
  );
  return [INTRODUCTION, ...sections].join("\n");
}
