import { styleText } from "node:util";

/** Levels by what a person should notice; the others are shown without a colour. */
const COLOURS = { debug: "gray", warn: "yellow", error: "red", fatal: "red" } as const;
/** Members of a line that have a place of their own in it. */
const PLACED = new Set(["level", "time", "service", "msg", "message", "err", "error"]);

/**
 * A line of the log as a person reads it in a terminal: time of day, level, program, message, and
 * what belongs to it as `name=value`. An error follows with its stack. Colours are left out where
 * `stream` cannot show them, or `NO_COLOR` is set.
 *
 * @param line one line of JSON, as `createLogger` writes it. Any other text comes back as it is
 */
export function readableLine(line: string, stream: NodeJS.WritableStream): string {
  const entry = parseObject(line);
  if (entry === undefined) return line;
  const { time, level, service, msg, message } = entry;
  const name = shown(level ?? "info");
  const colour = Object.entries(COLOURS).find(([each]) => each === name)?.[1];
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream });
  const details = Object.entries(entry)
    .filter(([member, value]) => !PLACED.has(member) && value !== undefined)
    .map(([member, value]) => paint("dim", `${member}=`) + shown(value));
  const first = [
    ...(typeof time === "string" ? [paint("dim", time.slice(11, 23))] : []),
    colour === undefined ? name.padEnd(5) : paint(colour, name.padEnd(5)),
    ...(typeof service === "string" ? [paint("bold", service)] : []),
    shown(msg ?? message ?? ""),
    ...details,
  ];
  const { err, error } = entry;
  return [first.filter((part) => part !== "").join(" "), ...explain(err ?? error, "")].join("\n");
}

/** An error of `createLogger` as its stack and those of its causes; nothing for what is none. */
function explain(error: unknown, label: string): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { type, message, stack, cause }: Record<string, unknown> = { ...error };
  const text = typeof stack === "string" ? stack : `${shown(type ?? "Error")}: ${shown(message ?? "")}`;
  return [`${label}${text}`.replaceAll(/^/gm, "  "), ...explain(cause, "caused by ")];
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}
