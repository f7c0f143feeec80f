/** One request of a client that knows several addresses of a site, as its name server gives them. */
export interface Asking {
  /** In the order in which to try them: the next one only where a connection cannot be made. */
  readonly origins: readonly string[];
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The client's own address. */
  readonly from: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What became of it: an answer, or the error in words. `origin` is where it was sent, if it was. */
export interface Outcome {
  readonly origin?: string;
  readonly answer?: Answer;
  readonly error?: string;
}

export interface Message<Content> {
  readonly id: number;
  readonly content: Content;
}

/** Both ends are ours, and of one version. */
export function isMessage(value: unknown): value is Message<never> {
  return typeof value === "object" && value !== null && "id" in value && "content" in value;
}
