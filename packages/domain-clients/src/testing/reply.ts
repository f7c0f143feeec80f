/** A request that a stub service got. */
export type ReceivedCall = {
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** What a stub service answers. */
export type StubReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Buffer;
  /** How the answer ends: whole, or with a TCP reset before the headers or in the middle of the body. */
  readonly ending: "whole" | "reset" | "cut";
};

/** A way to behave: what to answer instead of the ordinary reply. A promise holds the answer back. */
export type Behaviour = (ordinary: StubReply, call: ReceivedCall) => StubReply | Promise<StubReply>;

export function jsonReply(body: unknown, status = 200): StubReply {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return {
    status,
    headers: { "content-type": type, "cache-control": "no-store" },
    body: JSON.stringify(body),
    ending: "whole",
  };
}

export function problemReply(status: number): StubReply {
  return jsonReply(
    { type: "about:blank", title: "a problem", status, detail: "as the test wants it" },
    status,
  );
}
