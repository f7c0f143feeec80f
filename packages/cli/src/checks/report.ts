import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../command-line.ts";
import type { Terminal, Values } from "../command-line.ts";
import type { REPORT_OPTIONS } from "../options.ts";
import { runLine } from "../processes.ts";

/** What was given of the options. */
export type ReportOptions = Values<typeof REPORT_OPTIONS>;

/** What one comparison found. */
interface Part {
  readonly name: "contracts" | "budgets" | "shadow";
  /** Whether nothing speaks against the change. A shadow's differences may be wanted. */
  readonly ok: boolean;
  /** Markdown, as the command prints it. */
  readonly text: string;
}

const TITLES: Readonly<Record<Part["name"], string>> = {
  contracts: "Contracts: what released clients were promised",
  budgets: "Budgets: what screens use, and the change",
  shadow: "Shadow: where answers differ",
};

/**
 * `triptych report`: what a reviewer of a change wants to see, in one text for one comment.
 *
 * @param apps `web-bff`, or `web` for short; all where there is none
 * @returns 1 where a promise or a budget is broken
 */
export async function reportChange(
  { base = "main", json = false }: ReportOptions,
  apps: readonly string[],
  { root, env, output }: Pick<Terminal, "root" | "env" | "output">,
  signal: AbortSignal,
): Promise<number> {
  const named = apps.map((app) => ` ${quoted(app)}`).join("");
  const against = `--base ${quoted(base)}${named}`;
  const lines: readonly [Part["name"], string][] = [
    ["contracts", `triptych contracts --${named}`],
    ["budgets", `node test/budgets/main.ts ${against}`],
    ["shadow", `node test/shadow/main.ts ${against}`],
  ];
  const parts: Part[] = [];
  for (const [name, line] of lines) {
    // A repository that was created has no samples to measure with.
    if (name !== "contracts" && !existsSync(join(root, "test", name))) continue;
    parts.push({ name, ...(await outcomeOf(root, line, { env, signal })) });
  }
  output.write(json ? `${JSON.stringify({ base, parts })}\n` : markdown(base, parts));
  return parts.every(({ ok }) => ok) ? 0 : 1;
}

async function outcomeOf(
  root: string,
  line: string,
  how: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<Pick<Part, "ok" | "text">> {
  try {
    return { ok: true, text: (await runLine(root, ".", line, { ...how, isReport: true })).trim() };
  } catch (error) {
    if (how.signal.aborted || !(error instanceof CommandError)) throw error;
    return { ok: false, text: error.message };
  }
}

function markdown(base: string, parts: readonly Part[]): string {
  const sections = parts.map(({ name, ok, text }) => `### ${ok ? "" : "✗ "}${TITLES[name]}\n\n${text}\n`);
  return `## Compared with ${base}\n\n${sections.join("\n")}`;
}

/** For a shell: a name of a branch or an app has no quotation mark. */
function quoted(text: string): string {
  if (/^[\w./~^@-]+$/.test(text)) return text;
  throw new CommandError(`${JSON.stringify(text)} is no name of a commit or an app`);
}
