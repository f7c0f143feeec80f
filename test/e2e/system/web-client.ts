import { Agent, request } from "undici";
import type { Dispatcher } from "undici";

/** An answer of the web BFF, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly trailers: Readonly<Record<string, string>>;
}

export interface Ask {
  /** Without one, the request carries no identity. */
  readonly user?: string;
  readonly method?: Dispatcher.HttpMethod;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A client of the web BFF that says who asks as the gateway would. */
export interface WebClient {
  ask(path: string, ask: Ask): Promise<Answer>;
  /** The JSON of a screen. @throws TypeError where the answer is no 200. */
  json(path: string, user: string): Promise<unknown>;
  close(): Promise<void>;
}

/** @param identity mints an `X-Identity` for a user */
export function webClient(url: () => string, identity: (user: string) => string): WebClient {
  const dispatcher = new Agent();
  async function ask(path: string, options: Ask): Promise<Answer> {
    const { user, method = "GET", accept = "application/json", headers, body, signal } = options;
    const answer = await request(`${url()}${path}`, {
      dispatcher,
      method,
      headers: { accept, ...(user === undefined ? {} : { "x-identity": identity(user) }), ...headers },
      body: body ?? null,
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, trailers: answer.trailers };
  }
  return {
    ask,
    async json(path, user) {
      const { status, text } = await ask(path, { user });
      if (status === 200) return JSON.parse(text);
      throw new TypeError(`${path} of user ${user} should answer 200, it answered ${status}: ${text}`);
    },
    close: async () => dispatcher.destroy(),
  };
}
