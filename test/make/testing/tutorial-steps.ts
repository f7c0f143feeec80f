/** What a reader of the tutorial does: one step of a code block. */
export type Step =
  | {
      readonly kind: "run";
      readonly command: string;
      /** What it prints, where the document says so. */
      readonly prints: string | undefined;
    }
  | {
      readonly kind: "edit";
      /** From the root. */
      readonly file: string;
      readonly before: string;
      readonly after: string;
    }
  | {
      readonly kind: "ask";
      readonly path: string;
      readonly user: string;
      /** At least this, as JSON. */
      readonly answers: string;
    };

const FENCE = /^```(\w+)\n([^]*?)^```$/gm;
const ASK =
  /^curl -sk https:\/\/127\.0\.0\.1:8443(\S+) -H "Authorization: Bearer \$\(npm run -s token -- --user (\d+)\)"$/;

/**
 * The steps of a document, in order. A block of `sh` contains commands, `text` the output of the
 * last command, `diff` an edit of the file that its first line names (`# <file>`), and `json` the
 * answer to the `curl` before it. `npm start` is left out: it runs in another terminal.
 *
 * @throws Error at any other block
 */
export function stepsOf(markdown: string): readonly Step[] {
  const blocks = [...markdown.matchAll(FENCE)].map(([, language = "", text = ""]) => ({ language, text }));
  return blocks.flatMap(({ language, text }, index) => {
    const next = blocks[index + 1];
    if (language === "sh") return commands(text, next);
    if (language === "diff") return [edit(text)];
    if (language === "text" || language === "json") return [];
    throw new Error(`a block is in ${language}: expected sh, text, diff or json`);
  });
}

type Block = { readonly language: string; readonly text: string };

function commands(text: string, next: Block | undefined): Step[] {
  const lines = text.split("\n").filter((line) => line !== "" && line !== "npm start");
  return lines.map((command, index): Step => {
    const isLast = index === lines.length - 1;
    if (!command.startsWith("curl")) {
      return { kind: "run", command, prints: isLast && next?.language === "text" ? next.text : undefined };
    }
    const [, path, user] = ASK.exec(command) ?? [];
    if (path === undefined || user === undefined || !isLast || next?.language !== "json") {
      throw new Error(`expected only ${ASK.source}, and then its answer as json, but got ${command}`);
    }
    return { kind: "ask", path, user, answers: next.text };
  });
}

function edit(text: string): Step {
  const [first = "", ...lines] = text.trimEnd().split("\n");
  const [, file] = /^# (\S+)$/.exec(first) ?? [];
  if (file === undefined) throw new Error(`an edit must begin with "# <file>", but begins with ${first}`);
  const without = (sign: string): string =>
    lines
      .filter((line) => !line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  return { kind: "edit", file, before: without("+"), after: without("-") };
}
