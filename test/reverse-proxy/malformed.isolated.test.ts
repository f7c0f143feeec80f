import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { RawTls } from "./client.ts";
import { missing, runProxy } from "./proxy.ts";
import type { ProxyName } from "./proxy.ts";
import { RecordingGateway } from "./recording-gateway.ts";

const REQUEST = "/web/home-page HTTP/1.1\r\nHost: a\r\n";

/** What each of them refuses before it is a request. */
const MALFORMED: readonly (readonly [what: string, bytes: string])[] = [
  ["what is no HTTP", "GARBAGE\r\n\r\n"],
  ["a header name with a space", `GET ${REQUEST}X-Identity : a\r\n\r\n`],
  ["two lengths", `POST ${REQUEST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  ["a transfer coding that nobody knows", `POST ${REQUEST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
];

for (const name of ["haproxy", "nginx"] as const satisfies readonly ProxyName[]) {
  describe(`${name} says that it was the proxy that refused`, { skip: missing(name) ?? false }, () => {
    for (const [what, bytes] of MALFORMED) {
      it(what, async () => {
        await using gateway = await new RecordingGateway().start();
        await using proxy = await runProxy(name, [gateway]);
        using connection = new RawTls(proxy);
        const answer = await connection.exchange(bytes);
        assert.match(answer, /^HTTP\/1\.1 4\d\d /);
        if (name === "nginx") {
          assert.match(answer, /server-timing: proxy;desc="malformed"/i);
          assert.match(answer, /"type":"\/problems\/invalid-request"/);
        }
        // HAProxy's parser answers in words of its own: there it stands in the log alone.
        while (!/layer=proxy .*status=4\d\d/.test(proxy.log())) await setTimeout(20);
        assert.equal(gateway.seen.length, 0);
      });
    }
  });
}
