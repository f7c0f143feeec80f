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
      /** The app that asks, where it says its version. */
      readonly version: string | undefined;
      readonly answers: string;
      /** Whether that is the whole answer as it comes, or only a part of its JSON. */
      readonly isWhole: boolean;
    };

const FENCE = /^```(\w+)\n([^]*?)^```$/gm;
const ASK =
  /^curl -sk "?https:\/\/127\.0\.0\.1:8443([^\s"]+)"?(?: -H "X-App-Version: (\S+)")? -H "Authorization: Bearer \$\(npm run -s token -- --user (\d+)\)"$/;

/**
 * The tutorial as its reader takes it on a later day. It was written when mobile-bff's newest
 * version was 3.0.0 and makes 3.1.0: this makes the next one after today's newest.
 *
 * @param app the source of mobile-bff's app.ts, which says the versions of today
 * @throws Error where it does not say them in the tutorial's form
 */
export function ofToday(markdown: string, app: string): string {
  const [today, newest = ""] = /newest: "(\d\S+)", oldest: "\d\S+"/.exec(app) ?? [];
  if (today === undefined) throw new Error('expected newest: "…", oldest: "…" in app.ts');
  const [major = 0, minor = 0] = newest.split(".").map(Number);
  const next = `${major}.${minor + 1}.0`;
  return markdown.replaceAll(
    /(newest: "3\.0\.0", oldest: "2\.0\.0")|(newest: "3\.1\.0", oldest: "2\.0\.0")|3\.1\.0/g,
    (_, before?: string, after?: string) => {
      if (before !== undefined) return today;
      return after === undefined ? next : today.replace(newest, next);
    },
  );
}

/**
 * The steps of a document, in order. A block of `sh` contains commands, `text` the output of the
 * last command, `diff` an edit of the file that its first line names (`# <file>`). The answer to a
 * `curl` is `json`, a part of it, or `text`, as it comes. `npm run dev` is left out: it runs in
 * another terminal.
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
  const lines = text.split("\n").filter((line) => line !== "" && line !== "npm run dev");
  return lines.map((command, index): Step => {
    const isLast = index === lines.length - 1;
    if (!command.startsWith("curl")) {
      return { kind: "run", command, prints: isLast && next?.language === "text" ? next.text : undefined };
    }
    const [, path, version, user] = ASK.exec(command) ?? [];
    const isAnswered = next?.language === "json" || next?.language === "text";
    if (path === undefined || user === undefined || !isLast || !isAnswered) {
      throw new Error(`expected only ${ASK.source}, and then its answer as json or text, but got ${command}`);
    }
    return { kind: "ask", path, user, version, answers: next.text, isWhole: next.language === "text" };
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
