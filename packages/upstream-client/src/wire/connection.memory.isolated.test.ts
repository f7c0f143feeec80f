import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { RawUpstream, response } from "@triptych/testing";
import type { buildConnector } from "undici";
import { systemClock } from "../clock.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { testUpstream } from "../testing/index.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");
const settle = () => new Promise(setImmediate);

test("an idle connection does not keep its last answer in memory", async () => {
  await using things = await testUpstream((socket) => socket.write(response(200, "{}")));
  const answers: WeakRef<object>[] = [];
  const read = () => {
    const value = {};
    answers.push(new WeakRef(value));
    return { ok: true, value } as const;
  };
  await things.call({ read });
  assert.equal(answers.length, 1);
  assert.equal(await isCollected(answers), true);
});

test("a closed connection does not keep its socket in memory", async () => {
  await using server = await RawUpstream.open((socket) => socket.end(response(200, "{}")));
  const sockets: WeakRef<object>[] = [];
  const open: buildConnector.connector = ({ hostname, port }, callback) => {
    const socket = new Socket();
    sockets.push(new WeakRef(socket));
    return socket.connect(Number(port), hostname, () => callback(null, socket));
  };
  const pool = new ConnectionPool(server.origin, {}, open, { clock: systemClock, random: Math.random });
  await useOnce(pool);
  assert.equal(sockets.length, 1);
  assert.equal(await isCollected(sockets), true);
  await pool.close();
});

/** In a function of its own, which holds what it awaited no longer than it runs. */
async function useOnce(pool: ConnectionPool): Promise<void> {
  const connection = pool.take();
  await new Promise<void>((resolve, reject) => {
    connection.dispatch(
      { path: "/", method: "GET" },
      {
        onRequestStart: () => {},
        onResponseStart: () => {},
        onResponseData: () => {},
        onResponseEnd: () => {
          pool.release(connection);
          resolve();
        },
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

/** What was just used, or is being closed, takes some turns of the event loop to go. */
async function isCollected(references: readonly WeakRef<object>[]): Promise<boolean> {
  if (typeof collectGarbage !== "function") throw new TypeError("expected node to expose gc()");
  for (let turn = 0; turn < 50; turn += 1) {
    await settle();
    collectGarbage();
    if (references.every((reference) => reference.deref() === undefined)) return true;
  }
  return false;
}
