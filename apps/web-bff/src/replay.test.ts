import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { createMinter } from "@triptych/identity";
import { createLogger, createMetrics } from "@triptych/service-kit";
import { createApp } from "./app.ts";

const KEY = { kid: "k1", secret: Buffer.alloc(32, 1) };

test("an unsafe request's identity is accepted once, a safe one's again and again", async () => {
  const app = createApp({
    identityKeys: [KEY],
    clients: () => {
      throw new Error("no service may be called");
    },
    logger: createLogger({ name: "test", level: "silent" }),
    metrics: createMetrics({ name: "test", processMetrics: false }),
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const token = createMinter({ ...KEY, clock: Date.now }).mint({
      userId: "42",
      audience: "web-bff",
      requestId: "r-1",
    });
    const send = async (method: string) => {
      const answer = await fetch(`http://127.0.0.1:${address.port}/web/no-such-page`, {
        method,
        headers: { "X-Identity": token },
      });
      await answer.text();
      return answer.status;
    };
    assert.deepEqual(
      [await send("GET"), await send("GET"), await send("POST"), await send("POST"), await send("GET")],
      [404, 404, 404, 401, 404],
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
