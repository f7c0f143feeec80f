/** What the load looks at in an answer. */
export type ReadAnswer = {
  readonly status: number;
  readonly retryAfter: boolean;
  /** Whether the server keeps the connection. */
  readonly keeps: boolean;
  /** Of the body. */
  readonly bytes: number;
};

const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * Reads answers off one connection, as cheaply as can be, since the load must not be what a test of overload overloads. It knows answers with a
 * Content-Length, which is what a screen's JSON and a problem have.
 */
export class AnswerReader {
  #head: Buffer = Buffer.alloc(0);
  #answer: ReadAnswer | undefined;
  #missing = 0;

  /**
   * Takes what came. @returns the answer once it is whole
   * @throws TypeError for one whose length it cannot know
   */
  take(chunk: Buffer): ReadAnswer | undefined {
    if (this.#answer === undefined) {
      this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) return undefined;
      this.#answer = parseHead(this.#head.toString("latin1", 0, end + HEAD_END.length));
      this.#missing = this.#answer.bytes - (this.#head.length - end - HEAD_END.length);
    } else {
      this.#missing -= chunk.length;
    }
    if (this.#missing > 0) return undefined;
    const whole = this.#answer;
    this.#head = Buffer.alloc(0);
    this.#answer = undefined;
    return whole;
  }
}

function parseHead(head: string): ReadAnswer {
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
  if (length === undefined) throw new TypeError(`expected an answer with a Content-Length, got ${head}`);
  return {
    status: Number(head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)),
    retryAfter: /\r\nretry-after: *\d/i.test(head),
    keeps: !/\r\nconnection: *close/i.test(head),
    bytes: Number(length),
  };
}
