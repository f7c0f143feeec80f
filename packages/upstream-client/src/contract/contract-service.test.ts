import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { response } from "@triptych/testing";
import { systemClock } from "../clock.ts";
import { CallScope } from "../context.ts";
import { isUpstreamError } from "../errors.ts";
import { contract, loanBody } from "../testing/library.ts";
import type { Library } from "../testing/library.ts";
import { makeRequest } from "../testing/make-call.ts";
import { testUpstream } from "../testing/upstream-under-test.ts";
import type { ContractClient } from "./contract-client.ts";
import { contractService } from "./contract-service.ts";
import type { Contract } from "./contract-service.ts";

const ANY = { schema: {}, enums: { root: {}, named: {} } };
const NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";

/**
 * A server, an upstream that calls it, and a scope to call in. All are closed when the test ends.
 */
async function service(t: TestContext, answer: (index: number) => string) {
  const tested = await testUpstream((socket, _, index) => void socket.write(answer(index)));
  const request = makeRequest(systemClock, {}, 30_000);
  t.after(async () => {
    request.deadline.dispose();
    await tested[Symbol.asyncDispose]();
  });
  return {
    upstream: tested.upstream,
    scope: new CallScope(request.context),
    /** What was sent: method and target, and the parts that the test names. */
    sent: (...headers: readonly string[]) => tested.server.requests.map((text) => partsOf(text, headers)),
  };
}

function partsOf(request: string, headers: readonly string[]): readonly (string | undefined)[] {
  const [head = "", body = ""] = request.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const valueOf = (name: string) =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  return [first.replace(" HTTP/1.1", ""), body, ...headers.map(valueOf)];
}

const loan = (changes = {}) => response(200, JSON.stringify(loanBody(changes)));

test("each operation of the contract is a method, typed by the contract", async (t) => {
  const { upstream, scope, sent } = await service(t, () => loan());
  const library = contractService<Library>(contract, upstream, { basePath: "/api" }).in(scope);
  const got = await library.getLoan({ path: { loanId: "loan-1" } });
  assert.equal(got.id, "loan-1");
  const returned = await library.returnLoan({
    path: { loanId: "loan-1" },
    body: { condition: "good" },
    idempotencyKey: "key-12345",
  });
  assert.equal(returned.status, "open");
  assert.deepEqual(sent("idempotency-key"), [
    ["GET /api/loans/loan-1", "", undefined],
    ["POST /api/loans/loan-1/return", '{"condition":"good"}', "key-12345"],
  ]);
});

test("a call that the contract does not allow is a type error and is not sent", async (t) => {
  const { upstream, scope, sent } = await service(t, () => loan());
  const library = contractService<Library>(contract, upstream).in(scope);
  // @ts-expect-error -- the path's parameter is missing
  await assert.rejects(library.getLoan(), /path parameter loanId must match/);
  await assert.rejects(library.getLoan({ path: { loanId: "../books" } }), /path parameter loanId must match/);
  // @ts-expect-error -- it needs a key
  const keyless = library.returnLoan({ path: { loanId: "loan-1" }, body: { condition: "good" } });
  await assert.rejects(keyless, /needs an idempotencyKey/);
  assert.deepEqual(sent(), []);
});

test("an answer that breaks the contract is invalid", async (t) => {
  const { upstream, scope } = await service(t, () => loan({ books: "none" }));
  const library = contractService<Library>(contract, upstream).in(scope);
  await assert.rejects(
    library.getLoan({ path: { loanId: "loan-1" } }),
    (error: unknown) =>
      isUpstreamError(error) && error.kind === "invalid" && error.message.includes("/books"),
  );
});

/** Lists and objects in a query, and an operation that cannot be called. */
const SEARCH: Contract = {
  search: {
    name: "search",
    method: "GET",
    path: "/search",
    idempotent: false,
    repeated: ["tag"],
    unsendable: ["filter"],
    answer: ANY,
  },
  "HEAD /search": {
    name: "HEAD /search",
    method: "HEAD",
    path: "/search",
    idempotent: false,
    leftOut: "HEAD cannot be called",
  },
};
type Search = { readonly search: (input: { readonly query: object }) => Promise<unknown> };

test("lists are sent as the contract says, and values of another form are refused", async (t) => {
  const { upstream, scope, sent } = await service(t, () => response(200, "{}"));
  const client = contractService<Search>(SEARCH, upstream).in(scope);
  await client.search({ query: { tag: ["a", "b c"], id: [1, 2], page: 3, none: undefined } });
  assert.deepEqual(sent(), [["GET /search?tag=a&tag=b%20c&id=1,2&page=3", ""]]);
  await assert.rejects(
    client.search({ query: { filter: { a: 1 } } }),
    /parameter filter has a form that is not sent/,
  );
  await assert.rejects(client.search({ query: { page: {} } }), /parameter page has a form/);
  assert.equal(sent().length, 1);
  assert.ok(!("HEAD /search" in client), "an operation that cannot be called has no method");
});

/** Every unsafe method, with a body where the contract has one, and answers without a body. */
const WRITES = {
  putItem: {
    name: "putItem",
    method: "PUT",
    path: "/items/{id}",
    idempotent: false,
    bodyType: "*/*",
    empty: "may",
    answer: ANY,
  },
  patchItem: {
    name: "patchItem",
    method: "PATCH",
    path: "/items/{id}",
    idempotent: true,
    bodyType: "application/merge-patch+json",
    empty: "must",
  },
  deleteItem: { name: "deleteItem", method: "DELETE", path: "/items/{id}", idempotent: false, empty: "must" },
} as const satisfies Contract;
type WriteCalls = {
  readonly putItem: WriteOf<{
    readonly requestBody: { readonly content: { readonly "*/*": { readonly name: string } } };
  }>;
  readonly patchItem: WriteOf<{
    readonly parameters: { readonly header?: { readonly "Idempotency-Key"?: string } };
    readonly requestBody?: {
      readonly content: { readonly "application/merge-patch+json": { readonly name?: null } };
    };
  }>;
  readonly deleteItem: WriteOf<object>;
};
type WriteOf<Call> = Call & { readonly parameters: { readonly path: { readonly id: number } } };
type WriteAnswers = {
  readonly putItem: { readonly id: string } | undefined;
  readonly patchItem: undefined;
  readonly deleteItem: undefined;
};

test("PUT, PATCH and DELETE send what the contract says; an answer without a body is undefined", async (t) => {
  const { upstream, scope, sent } = await service(t, (index) =>
    index === 1 ? response(201, '{"id":"1"}') : NO_CONTENT,
  );
  const items = contractService<ContractClient<typeof WRITES, WriteCalls, WriteAnswers>>(WRITES, upstream).in(
    scope,
  );
  const path = { id: 1 };
  assert.equal(await items.putItem({ path, body: { name: "a" } }), undefined);
  assert.equal((await items.putItem({ path, body: { name: "a" } }))?.id, "1");
  await items.patchItem({ path, body: { name: null }, idempotencyKey: "key-12345" });
  await items.deleteItem({ path });
  for (const id of [2 ** 53, -(2 ** 53), 1e21]) {
    await assert.rejects(items.deleteItem({ path: { id } }), /deleteItem: id may have been rounded/);
  }
  await assert.rejects(items.deleteItem({ path: { id: Number("a") } }), /id is NaN, which is no number/);
  // @ts-expect-error -- the body is missing
  void (() => items.putItem({ path }));
  assert.deepEqual(sent("content-type"), [
    ["PUT /items/1", '{"name":"a"}', "application/json"],
    ["PUT /items/1", '{"name":"a"}', "application/json"],
    ["PATCH /items/1", '{"name":null}', "application/merge-patch+json"],
    ["DELETE /items/1", "", undefined],
  ]);
});

/**
 * As generated from a contract with a header parameter, a form with a file, and an answer that
 * streams.
 */
const files = {
  upload: {
    name: "upload",
    method: "POST" as const,
    path: "/files",
    headers: ["X-Tenant"] as const,
    bodyType: "multipart/form-data" as const,
    answerTypes: ["text/csv"] as const,
  },
};
type FileCalls = {
  readonly upload: {
    readonly parameters: {
      readonly header?: { readonly "X-Tenant"?: string; readonly "X-Request-Id"?: string };
    };
    readonly requestBody: {
      readonly content: {
        readonly "multipart/form-data": {
          readonly title: "a" | "b";
          readonly file?: string;
          readonly more?: readonly string[];
        };
      };
    };
  };
};
type Files = ContractClient<typeof files, FileCalls, { readonly upload: unknown }>;

test("an operation takes header parameters and files, tells the answer's headers, and may stream", async (t) => {
  const csv = { "content-type": "text/csv", link: "</files?page=2>" };
  const { upstream, scope, sent } = await service(t, () => response(200, "a,b", csv));
  const client = contractService<Files>(files, upstream).in(scope);
  const answerHeaders = new Headers();
  const answer = await client.upload({
    headers: { "X-Tenant": "a" },
    body: { title: "a", file: new Blob(["x"]), more: ["text", Buffer.from("y")] },
    answerHeaders,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  assert.deepEqual([Buffer.concat(chunks).toString(), answerHeaders.get("link")], ["a,b", csv.link]);
  const [[line, , tenant, accept] = []] = sent("x-tenant", "accept");
  assert.deepEqual([line, tenant, accept], ["POST /files", "a", "text/csv"]);
  // @ts-expect-error -- it is no header parameter of a caller's
  await assert.rejects(client.upload({ headers: { "X-Request-Id": "a" }, body: { title: "a" } }));
  // @ts-expect-error -- a title that the contract lists is no file
  const wrong = () => client.upload({ body: { title: new Blob([]) } });
  assert.ok(wrong);
});
