import assert from "node:assert/strict";

type Line = Readonly<Record<string, unknown>>;

function isLine(value: unknown): value is Line {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes a logger that writes its lines to `destination`: service-kit's `createLogger` is one. */
export type MakeLogger<Logger> = (options: {
  readonly name: string;
  readonly level: "debug";
  readonly destination: { write(line: string): void };
}) => Logger;

/** A logger whose lines a test reads back, exactly as a program would write them. */
export class CapturedLog<Logger> {
  /** The lines as they were written. */
  readonly raw: string[] = [];
  readonly logger: Logger;
  #waiting: (() => void)[] = [];

  /** @param makeLogger service-kit's `createLogger`, which this package cannot import */
  constructor(makeLogger: MakeLogger<Logger>) {
    this.logger = makeLogger({
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

  /** The first `count` lines with this message, once they are written: after a request's answer. */
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
