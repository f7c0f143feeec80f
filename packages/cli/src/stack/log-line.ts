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
const NOTABLE_NAMES = new Set(["warn", "error", "fatal"]);

/** Reads a line of JSON (pino's, or the sample services'), or takes it as plain text. */
export function readLogLine(text: string, from: LogLine["from"]): LogLine {
  const entry = parseObject(text);
  if (entry === undefined) return { from, text, notable: from === "stderr" && text !== "", ready: undefined };
  const { level, ready, msg, port, adminPort } = entry;
  const isReady = (ready === true || msg === "ready") && typeof port === "number";
  return {
    from,
    text,
    notable: typeof level === "number" ? level >= WARN : NOTABLE_NAMES.has(String(level)),
    ready: isReady && typeof adminPort === "number" ? { port, adminPort } : undefined,
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
