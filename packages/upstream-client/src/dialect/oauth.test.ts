import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { FakeClock, MisbehavingUpstream, fails, hangs, jsonReply, resets, response } from "@triptych/testing";
import type { Received } from "@triptych/testing";
import { makeRequest, testUpstream } from "../testing/index.ts";
import { clientCredentials, tokenExchange } from "./oauth.ts";

const SECRET = "s3cret:value";
const OK = response(200, "{}");

/** A token endpoint: a token per form, which says whose it is. */
async function tokenServer(expiresInS: number | null = 3_600) {
  let issued = 0;
  return MisbehavingUpstream.open((request) => {
    issued += 1;
    const subject = new URLSearchParams(request.body).get("subject_token") ?? "service";
    const expiry = expiresInS === null ? {} : { expires_in: expiresInS };
    return jsonReply({ access_token: `${subject}-${issued}`, token_type: "Bearer", ...expiry });
  });
}

const clientOf = (server: MisbehavingUpstream) => ({
  tokenEndpoint: `${server.origin}/token`,
  clientId: "web-bff_1.~ x",
  clientSecret: SECRET,
});

const formOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));
const tokens = (requests: readonly string[]) =>
  requests.map((request) => /\r\nauthorization: Bearer (.*)\r\n/.exec(request)?.[1]);

test("client credentials: one token for all callers, made once for calls at the same time", async () => {
  await using server = await tokenServer();
  const clock = new FakeClock();
  const authenticate = clientCredentials({
    ...clientOf(server),
    scope: "content:read",
    parameters: { audience: "https://content.example" },
  });
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate, clock });
  const users = Array.from({ length: 20 }, (_, index) => String(index));
  await Promise.all(users.map((userId) => things.call({ path: `/${userId}` }, { caller: { userId } })));
  assert.deepEqual(new Set(tokens(things.server.requests)), new Set(["service-1"]));
  assert.equal(server.received.length, 1);
  const [asked] = server.received;
  assert.ok(asked);
  assert.deepEqual(formOf(asked), {
    grant_type: "client_credentials",
    scope: "content:read",
    audience: "https://content.example",
  });
  // RFC 6749, section 2.3.1: both are form-encoded first. What need not be encoded is not.
  const [, basic = ""] = (asked.headers.authorization ?? "").split(" ");
  assert.equal(Buffer.from(basic, "base64").toString(), "web-bff_1.~%20x:s3cret%3Avalue");
  // Half a minute before the token's hour is over.
  clock.pass(3_570_000);
  await things.call();
  assert.equal(tokens(things.server.requests).at(-1), "service-2");
});

test("a secret may be sent in the form", async () => {
  await using server = await tokenServer();
  const authenticate = clientCredentials({ ...clientOf(server), clientAuthentication: "post" });
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate });
  await things.call();
  const [asked] = server.received;
  assert.ok(asked);
  assert.deepEqual([formOf(asked)["client_id"], formOf(asked)["client_secret"]], ["web-bff_1.~ x", SECRET]);
});

test("token exchange: two users never share a token, and one user's later requests do", async () => {
  await using server = await tokenServer();
  const authenticate = tokenExchange({ ...clientOf(server), subjectTokenType: "urn:example:txn" });
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate });
  const users = ["ada", "bob", "ada", "bob"];
  for (const [index, userId] of users.entries())
    await things.call({}, { caller: { userId, txnToken: `token-of-${userId}-${index}` } });
  const at = (index: number) => (index === 1 ? "token-of-bob-1-2" : "token-of-ada-0-1");
  assert.deepEqual(tokens(things.server.requests), [at(0), at(1), at(0), at(1)]);
  const [asked] = server.received;
  assert.ok(asked);
  assert.deepEqual(formOf(asked), {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: "token-of-ada-0",
    subject_token_type: "urn:example:txn",
  });
  assert.doesNotMatch(things.server.requests.join(""), /txn-token|x-user-id/);
});

test("token exchange without a user's token is refused, and asks for nothing", async () => {
  await using server = await tokenServer();
  const authenticate = tokenExchange(clientOf(server));
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate });
  assert.equal((await things.failure()).kind, "rejected");
  assert.equal(server.received.length, 0);
});

test("a token that the service calls expired is renewed once", async () => {
  await using server = await tokenServer();
  const authenticate = clientCredentials(clientOf(server));
  await using things = await testUpstream(
    (socket, request) => socket.write(request.includes("service-1\r\n") ? response(401, "{}") : OK),
    { authenticate },
  );
  await Promise.all(["/a", "/b", "/c"].map((path) => things.call({ path })));
  assert.equal(server.received.length, 2);
});

test("a token without a lifetime is kept for a minute", async () => {
  await using server = await tokenServer(null);
  const clock = new FakeClock();
  const authenticate = clientCredentials(clientOf(server));
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate, clock });
  for (const ms of [0, 53_999, 1]) {
    clock.pass(ms);
    await things.call();
  }
  assert.deepEqual(tokens(things.server.requests), ["service-1", "service-1", "service-2"]);
});

const BROKEN = [
  ["fails with 500", fails(500), "unavailable", /no token from the token endpoint \(\w+\)/],
  ["resets", resets, "unavailable", /no token from the token endpoint \(TypeError\)/],
  [
    "does not know us",
    () =>
      jsonReply({ error: "invalid_client", error_description: SECRET }, 401, {
        "content-type": "application/json",
      }),
    "unavailable",
    /no token|answered 401 \(invalid_client\)/,
  ],
  [
    "answers HTML",
    () => ({ status: 200, headers: { "content-type": "text/html" }, body: SECRET }),
    "unavailable",
    /no token/,
  ],
  ["answers no token", () => jsonReply({ token: SECRET }), "unavailable", /no token/],
  [
    "answers a token that is no header",
    () => jsonReply({ access_token: "a\r\nx: y", token_type: "bearer" }),
    "unavailable",
    /cannot be sent/,
  ],
  [
    "answers another kind of token",
    () => jsonReply({ access_token: SECRET, token_type: "mac" }),
    "unavailable",
    /no token/,
  ],
  [
    "answers a token that is bound to a key (RFC 9449)",
    () => jsonReply({ access_token: SECRET, token_type: "DPoP" }),
    "unavailable",
    /no token/,
  ],
  [
    "answers a mebibyte",
    () => jsonReply({ access_token: "a".repeat(1_048_576), token_type: "bearer" }),
    "unavailable",
    /no token/,
  ],
  [
    "redirects",
    () => ({ status: 307, headers: { location: "http://127.0.0.1:9/" }, body: "" }),
    "unavailable",
    /no token/,
  ],
] as const;
for (const [what, behaviour, kind, message] of BROKEN) {
  test(`a token endpoint that ${what}: the call fails, and nothing secret is said`, async () => {
    await using server = await tokenServer();
    server.behave(behaviour);
    const authenticate = clientCredentials(clientOf(server));
    await using things = await testUpstream((socket) => socket.write(OK), { authenticate });
    const failures = await Promise.all([things.failure({ path: "/a" }), things.failure({ path: "/b" })]);
    for (const error of failures) {
      assert.deepEqual([error.kind, error.phase], [kind, "credentials"]);
      assert.match(error.message, message);
      assert.doesNotMatch(inspect(error, { depth: 9 }), /s3cret/);
    }
    assert.equal(server.received.length, 1);
    assert.equal(things.server.requests.length, 0);
  });
}

test("a token endpoint that refuses the user's token rejects the call", async () => {
  await using server = await tokenServer();
  server.behave(() => jsonReply({ error: "invalid_grant" }, 400, { "content-type": "application/json" }));
  const authenticate = tokenExchange(clientOf(server));
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate });
  const error = await things.failure({}, { caller: { txnToken: "t" } });
  assert.equal(error.message, "things getThing: the token endpoint answered 400 (invalid_grant)");
  assert.equal(error.kind, "rejected");
});

test("a token endpoint that hangs ends calls at their deadlines, and its own after five seconds", async () => {
  await using server = await tokenServer();
  server.behave(hangs, { times: 1 });
  const clock = new FakeClock();
  const authenticate = clientCredentials(clientOf(server));
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate, clock });
  const request = makeRequest(clock, {}, 400);
  const late = things.failure({}, { request });
  await server.hasReceived(1);
  await clock.advanceInTurns(400);
  assert.equal((await late).kind, "timeout");
  await clock.advanceInTurns(4_600);
  clock.pass(1_000);
  await things.call();
  assert.deepEqual(tokens(things.server.requests), ["service-2"]);
});
