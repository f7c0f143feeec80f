import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createApp } from "@triptych/bff";
import { createMinter } from "@triptych/identity";
import type { Assertion } from "@triptych/identity";
import { createLogger, createMetrics, readSettings, serve } from "@triptych/service-kit";
import type { Metrics } from "@triptych/service-kit";
import type { CallScope } from "@triptych/upstream-client";
import { Agent, request } from "undici";
import { FakeClock } from "@triptych/testing";
import { bff } from "../app.ts";
import { readContract } from "../documents/contract.ts";
import type { Contract } from "../documents/contract.ts";
import { graphql } from "../endpoint/graphql.ts";
import type { Clients } from "../upstreams.ts";
import type { FakeServices } from "./fake-services.ts";

const KEY = { kid: "k1", secret: Buffer.alloc(32, 7) };

/** What the app has published: the real schema and documents. */
export function publishedContract(): Promise<Contract> {
  return readContract(new URL("../../contracts/", import.meta.url));
}

export type Received = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** A GraphQL answer, as far as tests look into it. */
export type GraphqlAnswer = Received & {
  readonly data: unknown;
  readonly errors: readonly GraphqlAnswerError[];
  readonly degraded: unknown;
};
export type GraphqlAnswerError = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly upstream?: string };
};

type SendOptions = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer | null;
  /** Whom the identity names; null: there is none. */
  readonly identity?: Partial<Assertion> | null;
  readonly signal?: AbortSignal;
};

export type Partner = AsyncDisposable & {
  readonly origin: string;
  /** The clock of the requests' deadlines. Only the test moves it. */
  readonly clock: FakeClock;
  readonly metrics: Metrics;
  /** The log's lines with this message. */
  readonly log: (message: string) => readonly Readonly<Record<string, unknown>>[];
  readonly mint: (claims?: Partial<Assertion>) => string;
  /** Any request, with a fresh identity of user 42 where nothing else is said. */
  readonly send: (options: SendOptions) => Promise<Received>;
  /** A query by POST. */
  readonly ask: (
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: SendOptions,
  ) => Promise<GraphqlAnswer>;
};

/**
 * The real app over real HTTP, in front of fake services.
 * @param options `alter` comes between its resolvers and the clients of the services; a
 * `contract` of the test's own instead of the published one; settings as the environment has them
 */
export async function startPartner(
  services: FakeServices,
  options: {
    readonly alter?: (clients: Clients, scope: CallScope) => Clients;
    readonly contract?: Contract;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Partner> {
  const { alter = (clients) => clients, contract } = options;
  const lines: string[] = [];
  const logger = createLogger({
    name: "partner-bff",
    level: "debug",
    destination: { write: (line) => lines.push(line) },
  });
  const metrics = createMetrics({ name: "partner-bff", processMetrics: false });
  const clock = new FakeClock();
  const settings = readSettings(
    {
      USERS_URL: services.address("users"),
      ORDERS_URL: services.address("orders"),
      RECOMMENDATIONS_URL: services.address("recommendations"),
      CATALOG_URL: services.address("catalog"),
      IDENTITY_KEYS: `${KEY.kid}:${KEY.secret.toString("base64url")}`,
      NODE_ENV: "production",
      ...options.env,
    },
    bff.settings,
  );
  const answers = contract === undefined ? bff.answers : graphql(async () => contract);
  const altered: typeof bff = {
    ...bff,
    answers: {
      ...answers,
      open: (tools) => answers.open({ ...tools, clients: (scope) => alter(tools.clients(scope), scope) }),
    },
  };
  const { app, close } = await createApp(altered, settings, { logger, metrics, clock });
  const serving = await serve({
    name: "partner-bff",
    app,
    port: 0,
    adminPort: 0,
    host: "127.0.0.1",
    logger,
    metrics,
    signals: [],
    clock,
    onDrained: close,
  });
  const origin = `http://127.0.0.1:${serving.port}`;
  const agent = new Agent();
  const minter = createMinter({ ...KEY, clock });
  const mint = (claims: Partial<Assertion> = {}) =>
    minter.mint({ userId: "42", audience: "partner-bff", requestId: randomUUID(), ...claims });

  async function send({
    method = "POST",
    path = "/partner/graphql",
    headers,
    body,
    identity,
    signal,
  }: SendOptions) {
    const answer = await request(`${origin}${path}`, {
      method,
      headers: { ...(identity === null ? {} : { "x-identity": mint(identity) }), ...headers },
      body: body ?? null,
      dispatcher: agent,
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  }

  return {
    origin,
    clock,
    metrics,
    log: (message) => lines.map(parseLine).filter((line) => line["msg"] === message),
    mint,
    send,
    ask: async (query, variables, more = {}) => {
      const body = JSON.stringify({ query, variables });
      const headers = { "content-type": "application/json", ...more.headers };
      return asGraphql(await send({ ...more, body, headers }));
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      await serving.stop();
    },
  };
}

/** Reads an answer as GraphQL's. @throws AssertionError where it is not */
export function asGraphql(received: Received): GraphqlAnswer {
  const body: unknown = JSON.parse(received.text);
  assert.ok(isRecord(body), received.text);
  const { data, errors = [], extensions } = body;
  assert.ok(Array.isArray(errors) && errors.every(isAnswerError), received.text);
  return { ...received, data, errors, degraded: isRecord(extensions) ? extensions["degraded"] : undefined };
}

function isAnswerError(value: unknown): value is GraphqlAnswerError {
  return isRecord(value) && typeof value["message"] === "string" && isRecord(value["extensions"]);
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(line);
  assert.ok(isRecord(parsed));
  return parsed;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
