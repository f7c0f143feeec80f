import type { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { createWebClient } from "@triptych/web-bff/client";
import type { WebClient as TypedClient } from "@triptych/web-bff/client";
import { Agent, request } from "undici";
import type { Dispatcher } from "undici";
import { unlessHeldUp } from "./held-up.ts";

/** An answer of the web BFF, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly trailers: Readonly<Record<string, string>>;
}

/** An answer whose body is still coming. */
export interface OpenAnswer extends Omit<Answer, "text"> {
  /** Decompressed, each piece as it comes. */
  readonly body: Readable;
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
  /** Returns as soon as the headers are there. */
  open(path: string, ask: Ask): Promise<OpenAnswer>;
  /** The client package that front-end projects install, for a user whom the gateway knows. */
  as(user: string): TypedClient;
  /** The JSON of a screen, where nothing was told to be slow. @throws TypeError where the answer is no 200. */
  json(path: string, user: string): Promise<unknown>;
  close(): Promise<void>;
}

/** @param identity mints an `X-Identity` for a user */
export function webClient(url: () => string, identity: (user: string) => string): WebClient {
  const dispatcher = new Agent();
  async function open(path: string, options: Ask): Promise<OpenAnswer> {
    const { user, method = "GET", accept = "application/json", headers, body, signal } = options;
    const answer = await request(`${url()}${path}`, {
      dispatcher,
      method,
      headers: { accept, ...(user === undefined ? {} : { "x-identity": identity(user) }), ...headers },
      body: body ?? null,
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      trailers: answer.trailers,
      body: decoded(answer.body, answer.headers["content-encoding"]),
    };
  }
  async function ask(path: string, options: Ask): Promise<Answer> {
    const { body, ...answer } = await open(path, options);
    return { ...answer, text: await textOf(body) };
  }
  /** What the package takes for `fetch`: its request, asked as above. */
  async function fetched(asked: Request, user: string): Promise<Response> {
    const { pathname, search } = new URL(asked.url);
    const body = asked.body === null ? {} : { body: await asked.text() };
    const { status, headers, text } = await ask(`${pathname}${search}`, {
      user,
      method: asked.method === "POST" ? "POST" : "GET",
      headers: Object.fromEntries(asked.headers),
      ...body,
    });
    return new Response(text, { status, headers: { "content-type": String(headers["content-type"]) } });
  }
  return {
    ask,
    open,
    as: (user) => createWebClient({ baseUrl: "http://web.test", fetch: (asked) => fetched(asked, user) }),
    async json(path, user) {
      const { status, text } = await unlessHeldUp(() => ask(path, { user }));
      if (status === 200) return JSON.parse(text);
      throw new TypeError(`${path} of user ${user} should answer 200, it answered ${status}: ${text}`);
    },
    close: async () => dispatcher.destroy(),
  };
}

function decoded(body: Readable, coding: string | string[] | undefined): Readable {
  if (coding === undefined) return body;
  const decoder = coding === "br" ? createBrotliDecompress() : createGunzip();
  body.once("error", (error) => decoder.destroy(error));
  return body.pipe(decoder);
}
