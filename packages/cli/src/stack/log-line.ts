import type { Ports } from "./ports.ts";

/** A line that a process printed, as far as the launcher understands it. */
export interface LogLine {
  readonly from: "stdout" | "stderr";
  readonly text: string;
  /** A warning, an error, or what is no log line but was printed on stderr. */
  readonly notable: boolean;
  /** The ports of a ready line. */
  readonly ready: Ports | undefined;
}

/** pino's numbers: 40 is "warn". */
const WARN = 40;
const NOTABLE_NAMES = ["warn", "error", "fatal"];

/** Reads a line of JSON (pino's, or the sample services'), or takes it as plain text. */
export function readLogLine(text: string, from: LogLine["from"]): LogLine {
  const entry = parseObject(text);
  if (entry === undefined) return { from, text, notable: from === "stderr" && text !== "", ready: undefined };
  const level = entry.get("level");
  const notable =
    (typeof level === "number" && level >= WARN) || NOTABLE_NAMES.some((name) => name === level);
  return { from, text, notable, ready: readyPorts(entry) };
}

function readyPorts(entry: ReadonlyMap<string, unknown>): Ports | undefined {
  if (entry.get("ready") !== true && entry.get("msg") !== "ready") return undefined;
  const port = entry.get("port");
  const adminPort = entry.get("adminPort");
  return typeof port === "number" && typeof adminPort === "number" ? { port, adminPort } : undefined;
}

function parseObject(text: string): ReadonlyMap<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}
