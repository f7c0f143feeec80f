import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CapturedLog, FakeClock, RawConnection } from "@triptych/testing";
import { createLogger, createMetrics, serve } from "../index.ts";

/** A certificate for this test; undefined without openssl. */
function newCertificate(): { cert: Buffer; key: Buffer } | undefined {
  const dir = mkdtempSync(join(tmpdir(), "tls-"));
  const [cert, key] = [join(dir, "cert.pem"), join(dir, "key.pem")];
  try {
    const kind = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost".split(
      " ",
    );
    execFileSync("openssl", ["req", ...kind, "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { cert: readFileSync(cert), key: readFileSync(key) };
  } catch {
    return undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const tls = newCertificate();

async function serveTls() {
  const log = new CapturedLog(createLogger);
  const held = Promise.withResolvers<() => void>();
  const serving = await serve({
    name: "test-app",
    app: (req, res) => (req.url === "/held" ? held.resolve(() => res.end("late")) : void res.end("ok")),
    port: 0,
    adminPort: 0,
    host: "127.0.0.1",
    logger: log.logger,
    metrics: createMetrics({ name: "test-app", processMetrics: false }),
    clock: new FakeClock(),
    tls,
    signals: [],
  });
  return { ...serving, log, held: held.promise };
}

async function get(port: number, path = "/"): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  request({ host: "127.0.0.1", port, path, rejectUnauthorized: false, agent: false }, (res) => {
    res.setEncoding("utf8").once("data", resolve);
  })
    .on("error", reject)
    .end();
  return promise;
}

describe("over TLS", { skip: tls === undefined ? "openssl is not installed" : false }, () => {
  test("connections that say nothing, or half a handshake, do not hold up a stop", async () => {
    const server = await serveTls();
    const silent = new RawConnection(server.port);
    const half = new RawConnection(server.port).send("\x16\x03\x01\x02");
    assert.equal(await get(server.port), "ok");
    await server.stop();
    assert.deepEqual(await Promise.all([silent.closed(), half.closed()]), ["", ""]);
  });

  test("a request in flight is still answered when the server stops", async () => {
    const server = await serveTls();
    const answer = get(server.port, "/held");
    const finish = await server.held;
    const stopped = server.stop();
    finish();
    assert.equal(await answer, "late");
    await stopped;
  });

  test("what is not TLS ends its connection and is no request", async () => {
    const server = await serveTls();
    await new RawConnection(server.port).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").closed();
    await server.stop();
    assert.deepEqual(server.log.lines("request"), []);
  });
});
