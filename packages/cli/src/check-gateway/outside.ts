import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";

/** A request from outside, as a client or an attacker would send it. */
export interface Question {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, as they are sent: in this spelling, and as often. */
  readonly headers: readonly string[];
  readonly body?: string | undefined;
  /** How long to wait for the whole answer. */
  readonly waitMs: number;
}

/** What the gateway answered. */
export interface Answer {
  /** 0 if it closed the connection, or did not answer in time. */
  readonly status: number;
  readonly body: string;
  readonly tookMs: number;
}

/** Asks a gateway, on a connection of its own. Never throws. */
export async function ask(gateway: URL, { method, path, headers, body, waitMs }: Question): Promise<Answer> {
  const startedAt = performance.now();
  const ended = (status: number, said: string): Answer => ({
    status,
    body: said,
    tookMs: performance.now() - startedAt,
  });
  const hasConnection = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === "connection");
  const all = [
    "Host",
    gateway.host,
    ...(hasConnection ? [] : ["Connection", "close"]),
    ...(body === undefined ? [] : ["Content-Length", String(Buffer.byteLength(body))]),
    ...headers,
  ];
  const request = gateway.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const sent = request(new URL(path, gateway), { method, headers: all, agent: false }, (res) => {
      text(res).then(
        (said) => resolve(ended(res.statusCode ?? 0, said)),
        () => resolve(ended(0, "")),
      );
    });
    const tooLate = setTimeout(() => sent.destroy(), waitMs);
    sent.on("error", () => resolve(ended(0, "")));
    sent.on("close", () => clearTimeout(tooLate));
    sent.end(body);
  });
}
