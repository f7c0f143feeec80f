import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { InvalidCallError } from "../errors.ts";
import { testUpstream } from "../testing/index.ts";
import { MisbehavingUpstream } from "@triptych/testing";

const FORM = { method: "POST", bodyType: "application/x-www-form-urlencoded" } as const;
const MULTIPART = { method: "POST", bodyType: "multipart/form-data" } as const;

for (const [body, styles, expected] of [
  [{ a: "x y&z", b: 1, c: true, d: undefined, e: null }, {}, "a=x+y%26z&b=1&c=true"],
  [{ a: ["x", "y"] }, {}, "a=x&a=y"],
  [{ a: [1, 2] }, { a: "comma" }, "a=1%2C2"],
  [{ a: { b: 1 } }, {}, "a=%7B%22b%22%3A1%7D"],
  [
    { metadata: { k: "v" }, items: [{ price: "p", quantity: 2 }] },
    { metadata: "deepObject", items: "deepObject" },
    "metadata%5Bk%5D=v&items%5B0%5D%5Bprice%5D=p&items%5B0%5D%5Bquantity%5D=2",
  ],
] as const) {
  test(`a form of ${JSON.stringify(body)} is ${expected}`, async () => {
    await using server = await MisbehavingUpstream.open();
    await using things = await testUpstream(() => undefined, { addresses: [server.origin] });
    await things.call({ ...FORM, formStyles: styles }, { input: { body } });
    const [received] = server.received;
    assert.equal(received?.body, expected);
    assert.equal(received?.headers["content-type"], FORM.bodyType);
  });
}

test("a body that is no object, or a rounded integer, is not sent as a form", async () => {
  await using things = await testUpstream(() => undefined);
  for (const body of ["a=b", [1], null, { a: 2 ** 53 }])
    await assert.rejects(things.call(FORM, { input: { body } }), InvalidCallError);
  assert.equal(things.server.connections, 0);
});

/** A service that reads forms with Node's own parser. */
async function formServer() {
  const forms: FormData[] = [];
  const lengths: unknown[] = [];
  const take = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    lengths.push(request.headers["content-length"]);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { "content-type": request.headers["content-type"] ?? "" };
    forms.push(await new Response(Buffer.concat(chunks), { headers }).formData());
    answer.setHeader("content-type", "application/json");
    answer.end("{}");
  };
  // A request that is cut off has no form.
  const server = createServer((request, answer) => void take(request, answer).catch(() => undefined));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { forms, lengths, origin: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() };
}

test("a multipart form has fields, files from disk and files that stream", async () => {
  using server = await formServer();
  const folder = await mkdtemp(join(tmpdir(), "form-"));
  try {
    await writeFile(join(folder, "large"), Buffer.alloc(3_000_000, "x"));
    const large = await openAsBlob(join(folder, "large"), { type: "image/png" });
    async function* stream() {
      for (let index = 0; index < 3; index += 1) yield Buffer.from(`part ${index};`);
    }
    await using things = await testUpstream(() => undefined, { addresses: [server.origin] });
    const streamed = { stream: stream(), name: 'a "b"\r\n.txt', type: "text/plain" };
    const fields = { title: "ü\r\nx", tags: ["a", "b"], data: { n: 1 }, missing: undefined };
    await things.call(MULTIPART, {
      input: { body: { ...fields, large, streamed, bytes: Buffer.from("b") } },
    });
    await things.call(MULTIPART, { input: { body: { large } } });
    const [form] = server.forms;
    assert.ok(form);
    assert.deepEqual(
      [form.get("title"), form.getAll("tags"), form.get("data")],
      ["ü\r\nx", ["a", "b"], '{"n":1}'],
    );
    const files = ["large", "streamed", "bytes"].map((name) => form.get(name));
    assert.ok(files.every((file) => file instanceof File));
    assert.deepEqual(
      files.map((file) => [file.name, file.type, file.size]),
      [
        ["large", "image/png", 3_000_000],
        ['a "b"\r\n.txt', "text/plain", 21],
        ["bytes", "application/octet-stream", 1],
      ],
    );
    assert.deepEqual(
      server.lengths.map((length) => length === undefined),
      [true, false],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a file that cannot be read ends the call, and does not count against the service", async () => {
  using server = await formServer();
  const failing = async function* () {
    yield Buffer.from("a");
    throw new RangeError("the client has left");
  };
  const short = async function* () {
    yield Buffer.from("a");
  };
  await using things = await testUpstream(() => undefined, {
    addresses: [server.origin],
    breaker: { minCalls: 1 },
  });
  const files = [{ stream: failing() }, { stream: short(), bytes: 2 }, { stream: short(), bytes: 0 }];
  for (const file of files) {
    const error = await things.failure(MULTIPART, { input: { body: { file: { ...file, name: "a.txt" } } } });
    assert.deepEqual(
      [error.kind, error.message],
      ["abandoned", "things getThing: a file to be sent could not be read"],
    );
  }
  await things.call(MULTIPART, { input: { body: { a: 1 } } });
});

test("a file that streams is sent once, also where the operation may be repeated", async () => {
  await using server = await MisbehavingUpstream.open();
  server.behave(() => ({ status: 503, headers: { "retry-after": "0" }, body: "" }));
  await using things = await testUpstream(() => undefined, { addresses: [server.origin] });
  const stream = async function* () {
    yield Buffer.from("a");
  };
  const input = { idempotencyKey: "key-0123456789" };
  const operation = { ...MULTIPART, idempotent: true };
  await things.failure(operation, { input: { ...input, body: { file: { stream: stream(), name: "a" } } } });
  assert.equal(server.received.length, 1);
  await things.failure(operation, { input: { ...input, body: { file: new Blob(["a"]) } } });
  assert.equal(server.received.length, 3);
});

test("a file's type cannot begin another header", async () => {
  await using things = await testUpstream(() => undefined);
  const file = { stream: (async function* () {})(), name: "a", type: "text/plain\r\nx: y" };
  await assert.rejects(things.call(MULTIPART, { input: { body: { file } } }), InvalidCallError);
});
