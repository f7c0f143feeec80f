import assert from "node:assert/strict";
import { once } from "node:events";
import { Socket } from "node:net";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { RawUpstream, response } from "@triptych/testing";
import { Connection } from "./connection.ts";
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
  const connection = new Connection(new URL(server.origin), {}, ({ hostname, port }, callback) => {
    const socket = new Socket();
    sockets.push(new WeakRef(socket));
    return socket.connect(Number(port), hostname, () => callback(null, socket));
  });
  await useOnce(connection);
  assert.equal(sockets.length, 1);
  assert.equal(await isCollected(sockets), true);
  await connection.close();
});

/** In a function of its own, which holds what it awaited no longer than it runs. */
async function useOnce(connection: Connection): Promise<void> {
  const closed = once(connection, "disconnect");
  const { body } = await connection.request({ path: "/", method: "GET" });
  await body.dump();
  await closed;
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
