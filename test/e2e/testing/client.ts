import type { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { createWebClient } from "@triptych/web-bff/client";
import type { WebClient as TypedClient } from "@triptych/web-bff/client";
import { Agent, request } from "undici";
import type { Dispatcher } from "undici";
import { unlessHeldUp } from "./patience.ts";

/** What is asked, besides the address. */
export interface Asking {
  /** Default: GET. */
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Readable;
  /** Sent as JSON, with its media type. */
  readonly json?: object;
  readonly signal?: AbortSignal;
}

/** An answer whose body is still to come. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly trailers: Readonly<Record<string, string>>;
  /** Decompressed, each piece as it arrives. */
  readonly body: Readable;
}

/** An answer, read to its end. */
export interface Answer extends Omit<OpenAnswer, "body"> {
  readonly text: string;
}

/** An HTTP client of any address. It trusts the certificates that a stack makes for itself. */
export class Client implements AsyncDisposable {
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } });

  /** Returns as soon as the headers are here. */
  async open(url: string, asking: Asking = {}): Promise<OpenAnswer> {
    const { method = "GET", headers, json, signal } = asking;
    const { statusCode, body, ...answer } = await request(url, {
      dispatcher: this.#agent,
      method,
      headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
      body: json === undefined ? (asking.body ?? null) : JSON.stringify(json),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      status: statusCode,
      headers: answer.headers,
      trailers: answer.trailers,
      body: decoded(body, answer.headers["content-encoding"]),
    };
  }

  async ask(url: string, asking: Asking = {}): Promise<Answer> {
    const { body, ...answer } = await this.open(url, asking);
    return { ...answer, text: await textOf(body) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}

/** What is asked of a BFF. */
export interface Ask extends Asking {
  /** The user whom the identity names. Without one, the request carries no identity. */
  readonly user?: string;
  /** Default: `application/json`. */
  readonly accept?: string;
}

/** A client of the web BFF that signs who asks, as the gateway does. */
export class WebClient implements AsyncDisposable {
  readonly #client = new Client();
  readonly #url: () => string;
  readonly #identity: (user: string) => string;

  /**
   * @param url the BFF's address, which a restart may change
   * @param identity mints an `X-Identity` for a user
   */
  constructor(url: () => string, identity: (user: string) => string) {
    this.#url = url;
    this.#identity = identity;
  }

  /** Returns as soon as the headers are here. */
  open(path: string, ask: Ask): Promise<OpenAnswer> {
    return this.#client.open(`${this.#url()}${path}`, this.#signed(ask));
  }

  ask(path: string, ask: Ask): Promise<Answer> {
    return this.#client.ask(`${this.#url()}${path}`, this.#signed(ask));
  }

  /** The client package that front-end projects install, for one user. */
  as(user: string): TypedClient {
    return createWebClient({
      baseUrl: "http://web.test",
      fetch: async (asked: Request) => {
        const { pathname, search } = new URL(asked.url);
        const { status, headers, text } = await this.ask(`${pathname}${search}`, {
          user,
          method: asked.method === "POST" ? "POST" : "GET",
          headers: Object.fromEntries(asked.headers),
          ...(asked.body === null ? {} : { body: await asked.text() }),
        });
        return new Response(text, { status, headers: { "content-type": String(headers["content-type"]) } });
      },
    });
  }

  /** The JSON of a screen that no test made slow. @throws TypeError if the answer is not a 200 */
  async json(path: string, user: string): Promise<unknown> {
    const { status, text } = await unlessHeldUp(() => this.ask(path, { user }));
    if (status === 200) return JSON.parse(text);
    throw new TypeError(`${path} of user ${user} should answer 200, it answered ${status}: ${text}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  #signed({ user, accept = "application/json", headers, ...asking }: Ask): Asking {
    const identity = user === undefined ? {} : { "x-identity": this.#identity(user) };
    return { ...asking, headers: { accept, ...identity, ...headers } };
  }
}

function decoded(body: Readable, coding: string | string[] | undefined): Readable {
  if (coding === undefined) return body;
  const decoder = coding === "br" ? createBrotliDecompress() : createGunzip();
  body.once("error", (error) => decoder.destroy(error));
  return body.pipe(decoder);
}
