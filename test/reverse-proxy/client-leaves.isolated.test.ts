import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { RawTls } from "./testing/client.ts";
import { missing, runProxy } from "./testing/proxy.ts";
import type { ProxyName, RunningProxy } from "./testing/proxy.ts";
import { RecordingGateway } from "./testing/recording-gateway.ts";

const PATH = "/web/home-page";

/** Each client asks, waits until a gateway has its request, and leaves. */
const LEAVERS: readonly (readonly [
  how: string,
  leave: (proxy: RunningProxy, asked: Promise<unknown>) => Promise<void>,
])[] = [
  [
    "closes its connection",
    async (proxy, asked) => {
      using connection = new RawTls(proxy);
      connection.socket.write(`GET ${PATH} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await asked;
    },
  ],
  [
    "closes its connection under a POST",
    async (proxy, asked) => {
      using connection = new RawTls(proxy);
      connection.socket.write(`POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx`);
      await asked;
    },
  ],
  [
    "cancels one request of its HTTP/2 connection",
    async ({ httpsPort, ca }, asked) => {
      const session = connectHttp2(`https://127.0.0.1:${httpsPort}`, { ca });
      const stream = session.request({ ":path": PATH });
      await asked;
      stream.close();
      await once(stream, "close");
      session.destroy();
    },
  ],
];

/**
 * How each proxy logs that the client left first. After a time limit of its own it logs something
 * else.
 */
const LEFT = {
  haproxy: { line: /frontend="https".* sc=/, left: /frontend="https".* sc=C/ },
  nginx: { line: / status=/, left: / status=499 / },
} as const;

for (const name of ["haproxy", "nginx"] as const satisfies readonly ProxyName[]) {
  describe(`${name} tells the gateway of a client that`, { skip: missing(name) ?? false }, () => {
    for (const [how, leave] of LEAVERS) {
      it(how, async () => {
        await using gateway = await new RecordingGateway().start();
        const asked = Promise.withResolvers<ServerResponse>();
        gateway.answer = (_req, res) => asked.resolve(res);
        await using proxy = await runProxy(name, [gateway]);
        const told = asked.promise.then((res) => once(res, "close"));
        await leave(proxy, asked.promise);
        await told;
        while (!LEFT[name].line.test(proxy.log())) await setTimeout(20);
        assert.match(proxy.log(), LEFT[name].left);
      });
    }
  });
}
