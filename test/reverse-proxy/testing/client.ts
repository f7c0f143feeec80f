import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { connect } from "node:tls";
import { RawConnection } from "@triptych/testing";
import { Agent, request } from "undici";
import type { RunningProxy } from "./proxy.ts";

const HOST = "127.0.0.1";

/** What the proxy answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request over HTTPS and HTTP/1.1. */
export async function send(
  { httpsPort, ca }: RunningProxy,
  path: string,
  options: { method?: "GET" | "POST"; headers?: Record<string, string | string[]>; body?: string } = {},
): Promise<Reply> {
  const agent = new Agent({ connect: { ca }, allowH2: false });
  try {
    const answer = await request(`https://${HOST}:${httpsPort}${path}`, { ...options, dispatcher: agent });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  } finally {
    await agent.destroy();
  }
}

/** One request over HTTP/2. */
export async function sendHttp2(
  { httpsPort, ca }: RunningProxy,
  path: string,
  headers: Record<string, string> = {},
  body = "",
): Promise<Reply & { protocol: string | undefined }> {
  const session = connectHttp2(`https://${HOST}:${httpsPort}`, { ca });
  session.on("error", () => undefined);
  try {
    const stream = session.request({ ":path": path, ...headers });
    if (body !== "") stream.end(body);
    const [answer]: unknown[] = await once(stream, "response");
    const fields =
      typeof answer === "object" && answer !== null ? Object.fromEntries(Object.entries(answer)) : {};
    return {
      status: Number(fields[":status"]),
      headers: fields,
      body: await text(stream),
      protocol: session.alpnProtocol,
    };
  } finally {
    session.destroy();
  }
}

/** A TLS connection on which a test sends exactly the bytes it wants. */
export class RawTls extends RawConnection implements Disposable {
  constructor({ httpsPort, ca }: RunningProxy) {
    super(connect({ port: httpsPort, host: HOST, ca, ALPNProtocols: ["http/1.1"] }));
  }

  /**
   * Sends bytes, and returns all that comes until the other side closes or is silent for `quietMs`.
   */
  async exchange(bytes: string, quietMs = 300): Promise<string> {
    this.send(bytes);
    let before = -1;
    while (before !== this.received.length || before === 0) {
      before = this.received.length;
      const isQuiet = setTimeout(quietMs, true);
      if ((await Promise.race([this.closed(), isQuiet])) !== true) break;
    }
    return this.received;
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}
