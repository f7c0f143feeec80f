import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { CallScope, RequestContext, TimedDeadline, Upstream, systemClock } from "@triptych/upstream-client";
import type { UpstreamEvents } from "@triptych/upstream-client";

/** What the service answers: JSON with status 200, or with another one. */
export type Reply = { readonly status?: number; readonly body: unknown };

export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** A domain service of a test: a real server, and the upstream that calls it. Both are closed when the test ends. */
export type DomainService = {
  readonly upstream: Upstream;
  /** Every request so far. */
  readonly received: readonly Received[];
};

/** @param answer what to answer; a promise holds the answer back */
export async function domainService(
  t: TestContext,
  answer: (request: Received) => Reply | Promise<Reply>,
  events: UpstreamEvents = {},
): Promise<DomainService> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, url, headers, body };
      received.push(seen);
      void send(response, answer(seen));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo;
  const upstream = new Upstream({
    name: "service",
    origin: `http://127.0.0.1:${port}`,
    events,
    retry: false,
  });
  t.after(async () => {
    await upstream.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return { upstream, received };
}

async function send(response: ServerResponse, reply: Reply | Promise<Reply>): Promise<void> {
  const { status = 200, body } = await reply;
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

/** A scope of a new client request. The deadline is far away, and its timer stops with the test. */
export function scopeOf(t: TestContext, userId = "7"): CallScope {
  const clock = systemClock;
  const deadline = new TimedDeadline(clock, 30_000);
  t.after(() => deadline.dispose());
  const caller = { userId, requestId: "request-1", traceId: "a".repeat(32), traceFlags: "01" };
  return new CallScope(new RequestContext({ caller, deadline, clock, random: () => 0.5 }));
}

export const problem = (status: number): Reply => ({
  status,
  body: { type: "about:blank", title: "a problem", status },
});
