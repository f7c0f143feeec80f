import assert from "node:assert/strict";
import { startStubServices } from "@triptych/domain-clients/testing";
import type { StubServices } from "@triptych/domain-clients/testing";
import { MisbehavingUpstream } from "@triptych/testing";
import { request } from "undici";
import { startWebProcess } from "../../e2e/testing/web-process.ts";
import type { ServiceName } from "../../e2e/testing/running-stack.ts";

/** A page that the web BFF answered. */
export type Page = {
  readonly status: number;
  /** The `type` of a problem. */
  readonly problem: string | undefined;
  readonly body: { readonly degraded: readonly Degraded[]; readonly [section: string]: unknown };
  readonly ms: number;
};

type Degraded = { readonly section: string; readonly reason: string; readonly ageSeconds?: number };

/** The web BFF as it ships, in a process of its own, and a client of it. */
export type WebBff = AsyncDisposable & {
  /** Asks for a screen. Default: the home page, and a user whom the stub services know. */
  page(path?: string, user?: string): Promise<Page>;
  /** How many attempts it has made at an upstream, by its own metrics. */
  attempts(upstream: ServiceName): Promise<number>;
};

/** A user whom the stub services know. */
const KNOWN_USER = "ada";

/** Starts the web BFF and waits until it is ready. */
export async function startWebBff(services: Readonly<Record<ServiceName, string>>): Promise<WebBff> {
  const bff = await startWebProcess(services, { LOG_LEVEL: "silent", NODE_ENV: "production" });
  return {
    async page(path = "/web/home-page", user = KNOWN_USER) {
      const startedAt = performance.now();
      const { status, text } = await bff.web.ask(path, { user });
      const ms = performance.now() - startedAt;
      const page: unknown = JSON.parse(text);
      return { status, problem: problemOf(page), body: isScreen(page) ? page : { degraded: [] }, ms };
    },
    async attempts(upstream) {
      return (await bff.admin("/metrics")).text
        .split("\n")
        .filter((line) => line.startsWith("upstream_request_duration_seconds_count"))
        .filter((line) => line.includes(`upstream="${upstream}"`))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    },
    [Symbol.asyncDispose]: () => bff[Symbol.asyncDispose](),
  };
}

function problemOf(body: unknown): string | undefined {
  const isProblem = typeof body === "object" && body !== null && "type" in body && "status" in body;
  return isProblem ? String(body.type) : undefined;
}

function isScreen(body: unknown): body is Page["body"] {
  return typeof body === "object" && body !== null && "degraded" in body && Array.isArray(body.degraded);
}

/** The problems of a page that had too little time. */
const TOO_SLOW = new Set(["/problems/upstream-timeout", "/problems/overloaded"]);

/**
 * Asserts that no page failed. On a busy machine one in ten may fail, if it had too little time.
 */
export function assertAnswered(pages: readonly Page[], busy: boolean): void {
  const failed = pages.filter(({ status }) => status !== 200);
  const most = busy ? pages.length * 0.1 : 0;
  assert.ok(failed.length <= most, `${failed.length} of ${pages.length} pages failed`);
  for (const { problem = "no problem" } of failed) assert.ok(TOO_SLOW.has(problem), problem);
}

/**
 * The stub services for any number of users. Every user has the profile and the recommendations of
 * one whom the stubs know, and makes calls that do not coalesce with other users' calls.
 */
export type ServicesForAnyone = AsyncDisposable & {
  readonly stubs: StubServices;
  readonly users: MisbehavingUpstream;
  readonly recommendations: MisbehavingUpstream;
};

/** Starts the stub services and the upstreams before them. */
export async function startServicesForAnyone(): Promise<ServicesForAnyone> {
  const stubs = await startStubServices();
  const users = await inFrontOf(stubs.users.origin);
  const recommendations = await inFrontOf(stubs.recommendations.origin);
  return {
    stubs,
    users,
    recommendations,
    async [Symbol.asyncDispose]() {
      await Promise.all([
        users[Symbol.asyncDispose](),
        recommendations[Symbol.asyncDispose](),
        stubs.close(),
      ]);
    },
  };
}

async function inFrontOf(origin: string): Promise<MisbehavingUpstream> {
  const known = new Map<string, string>();
  return MisbehavingUpstream.open(async ({ url }) => {
    const text = known.get(url) ?? (await ordinaryAnswer(`${origin}${url}`));
    known.set(url, text);
    return { status: 200, headers: { "content-type": "application/json" }, body: text };
  });
}

/** What a service answers to a user whom the stubs know. */
export async function ordinaryAnswer(url: string, user = KNOWN_USER): Promise<string> {
  const { body } = await request(url, { headers: { "x-user-id": user } });
  return body.text();
}
