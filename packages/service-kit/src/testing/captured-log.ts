import assert from "node:assert/strict";
import { createLogger, type Logger } from "../logging/logger.ts";

type Line = Readonly<Record<string, unknown>>;

function isLine(value: unknown): value is Line {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A logger whose lines a test reads back, as they would stand on standard output. */
export class CapturedLog {
  readonly raw: string[] = [];
  readonly logger: Logger;
  #waiting: (() => void)[] = [];

  constructor() {
    this.logger = createLogger({
      name: "test-app",
      level: "debug",
      destination: {
        write: (line) => {
          this.raw.push(line);
          for (const wake of this.#waiting.splice(0)) wake();
        },
      },
    });
  }

  /** The lines with this message, parsed. */
  lines(message: string): Line[] {
    return this.raw
      .map((line): unknown => JSON.parse(line))
      .filter(isLine)
      .filter((line) => line["msg"] === message);
  }

  /** The first `count` lines with this message, once they are there: a log line follows its answer. */
  async waitFor(message: string, count = 1): Promise<Line[]> {
    while (this.lines(message).length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.lines(message).slice(0, count);
  }

  /** The only line with this message. */
  async only(message: string): Promise<Line> {
    const [line] = await this.waitFor(message);
    assert.equal(this.lines(message).length, 1, `expected one line with "${message}"`);
    assert.ok(line);
    return line;
  }
}
