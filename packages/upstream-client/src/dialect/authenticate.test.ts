import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { FakeClock, response } from "@triptych/testing";
import { InvalidCallError } from "../errors.ts";
import { makeRequest, testUpstream } from "../testing/index.ts";
import { CredentialsError } from "./authentication.ts";
import { apiKey, basic, bearer } from "./ready-made.ts";
import { secretFile, setting } from "./secret.ts";

const SECRET = "s3cret-value";
const OK = response(200, "{}");
const REFUSED = response(401, "{}");
const LONG_MS = 3_600_000;

const tokens = (requests: readonly string[]) =>
  requests.map((request) => /\r\nauthorization: (.*)\r\n/.exec(request)?.[1]);

test("bearer, apiKey and basic send their headers", async () => {
  const expected = [
    [bearer(SECRET), `authorization: Bearer ${SECRET}`],
    [bearer(() => SECRET), `authorization: Bearer ${SECRET}`],
    [apiKey("X-Api-Key", SECRET), `X-Api-Key: ${SECRET}`],
    [basic("Aladdin", "open sesame"), "authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
  ] as const;
  for (const [authenticate, header] of expected) {
    await using things = await testUpstream((socket) => socket.write(OK), { authenticate });
    await things.call();
    assert.ok(things.server.requests[0]?.includes(`\r\n${header}\r\n`), header);
  }
});

test("a setting's secret comes from the secrets, and one that is missing fails each call", async () => {
  const authenticate = bearer(setting("CONTENT_TOKEN"));
  const secrets = { CONTENT_TOKEN: () => SECRET };
  await using things = await testUpstream((socket) => socket.write(OK), { authenticate, secrets });
  await things.call();
  assert.deepEqual(tokens(things.server.requests), [`Bearer ${SECRET}`]);
  assert.deepEqual(
    authenticate.settings?.map(({ name }) => name),
    ["CONTENT_TOKEN"],
  );
  await using without = await testUpstream((socket) => socket.write(OK), { authenticate });
  assert.match((await without.failure()).message, /authenticate failed \(TypeError\)/);
  assert.equal(without.server.requests.length, 0);
});

test("a secret in a file is followed: after a second, or at once after a 401", async () => {
  const folder = await mkdtemp(join(tmpdir(), "secret-"));
  const path = join(folder, "token");
  const rotate = async (text: string) => {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  };
  try {
    await rotate("one\n");
    const clock = new FakeClock();
    const secrets = { TOKEN: secretFile(path, clock) };
    let accepted = "one";
    const authenticate = bearer(setting("TOKEN"));
    await using things = await testUpstream(
      (socket, request) => socket.write(request.includes(`Bearer ${accepted}\r\n`) ? OK : REFUSED),
      { authenticate, secrets, clock },
    );
    await things.call();
    await rotate("two");
    await things.call();
    clock.pass(1_000);
    accepted = "two";
    await things.call();
    await rotate("three");
    accepted = "three";
    await things.call();
    await rm(path);
    clock.pass(5_000);
    await things.call();
    const sent = ["one", "one", "two", "two", "three", "three"].map((token) => `Bearer ${token}`);
    assert.deepEqual(tokens(things.server.requests), sent);
    await writeFile(path, "\n");
    assert.throws(() => secretFile(path, clock), /is empty/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a function gets the call and the caller, and its headers are for that call only", async () => {
  const seen: unknown[] = [];
  await using things = await testUpstream((socket) => socket.write(OK), {
    authenticate: async ({ operation, method, target, caller, renewal }) => {
      seen.push([operation, method, target, caller.userId, renewal]);
      await Promise.resolve();
      return { authorization: `Signed ${target}` };
    },
  });
  await Promise.all(["/a", "/b", "/c"].map((path) => things.call({ path })));
  assert.deepEqual(new Set(tokens(things.server.requests)), new Set(["Signed /a", "Signed /b", "Signed /c"]));
  assert.deepEqual(seen.at(0), ["getThing", "GET", "/a", "7", false]);
});

test("credentials with an expiry are made once for many calls of a caller, and again before they expire", async () => {
  const clock = new FakeClock();
  let made = 0;
  await using things = await testUpstream((socket) => socket.write(OK), {
    clock,
    authenticate: async ({ caller }) => {
      const number = (made += 1);
      await Promise.resolve();
      return { headers: { authorization: `${caller.userId} ${number}` }, expiresInMs: 100_000 };
    },
  });
  const call = (userId: string, path: string) => things.call({ path }, { caller: { userId } });
  await Promise.all([call("a", "/1"), call("a", "/2"), call("b", "/3")]);
  clock.pass(89_999);
  await call("a", "/4");
  clock.pass(1);
  await call("a", "/5");
  assert.deepEqual(tokens(things.server.requests), ["a 1", "a 1", "b 2", "a 1", "a 3"]);
});

test("two authorities of one user share no credentials", async () => {
  await using things = await testUpstream((socket) => socket.write(OK), {
    authenticate: ({ caller }) => ({
      headers: { authorization: caller.authority ?? "" },
      expiresInMs: LONG_MS,
    }),
  });
  for (const authority of ["read", "write", "read"]) await things.call({}, { caller: { authority } });
  assert.deepEqual(tokens(things.server.requests), ["read", "write", "read"]);
});

test("a 401 renews the credentials once, for a POST too", async () => {
  let made = 0;
  await using things = await testUpstream((socket, _, index) => socket.write(index === 0 ? REFUSED : OK), {
    authenticate: {
      per: "service",
      make: ({ renewal }) => ({
        headers: { authorization: `${(made += 1)} ${renewal}` },
        expiresInMs: LONG_MS,
      }),
    },
  });
  await things.call({ method: "POST" }, { input: { body: {} } });
  await things.call();
  assert.deepEqual(tokens(things.server.requests), ["1 false", "2 true", "2 true"]);
});

test("a storm of 401s renews once in ten seconds, and the refusal is the outcome", async () => {
  const clock = new FakeClock();
  let made = 0;
  await using things = await testUpstream((socket) => socket.write(REFUSED), {
    clock,
    authenticate: {
      per: "service",
      make: async () => ({ headers: { authorization: String((made += 1)) }, expiresInMs: LONG_MS }),
    },
  });
  const storm = async (calls: number) => {
    const failures = Array.from({ length: calls }, (_, index) => things.failure({ path: `/${index}` }));
    for (const { kind, status } of await Promise.all(failures))
      assert.deepEqual([kind, status], ["rejected", 401]);
  };
  await storm(20);
  assert.equal(made, 2);
  await storm(20);
  assert.equal(made, 2);
  clock.pass(10_000);
  await storm(20);
  assert.equal(made, 3);
  assert.equal(things.server.requests.length, 20 + 20 + 20 + 20 + 20);
});

test("a static key that is refused is not sent twice", async () => {
  await using things = await testUpstream((socket) => socket.write(REFUSED), {
    authenticate: bearer(SECRET),
  });
  assert.equal((await things.failure()).status, 401);
  assert.equal(things.server.requests.length, 1);
});

test("credentials that take too long end with the call's deadline, and serve the next call", async () => {
  const clock = new FakeClock();
  let give: (headers: string) => void = () => undefined;
  let made = 0;
  await using things = await testUpstream((socket) => socket.write(OK), {
    clock,
    breaker: { minCalls: 1 },
    authenticate: async () => {
      made += 1;
      const authorization = await new Promise<string>((resolve) => (give = resolve));
      return { headers: { authorization }, expiresInMs: LONG_MS };
    },
  });
  const late = things.failure({}, { deadlineMs: 800 });
  await clock.advanceInTurns(800);
  const { kind, phase } = await late;
  assert.deepEqual([kind, phase], ["timeout", "credentials"]);
  give("late");
  await clock.advanceInTurns(0);
  await things.call();
  assert.deepEqual([made, tokens(things.server.requests)], [1, ["late"]]);
});

test("a maker that hangs is given up after five seconds, and asked again a second later", async () => {
  const clock = new FakeClock();
  let made = 0;
  let aborted = 0;
  await using things = await testUpstream((socket) => socket.write(OK), {
    clock,
    authenticate: ({ signal }) => {
      made += 1;
      signal.addEventListener("abort", () => (aborted += 1));
      return new Promise(() => undefined);
    },
  });
  const hanging = things.failure({}, { deadlineMs: 6_000 });
  await clock.advanceInTurns(5_000);
  assert.deepEqual([(await hanging).kind, made, aborted], ["timeout", 1, 1]);
  assert.equal((await things.failure()).kind, "timeout");
  assert.equal(made, 1);
  clock.pass(1_000);
  const again = things.failure({}, { deadlineMs: 100 });
  await clock.advanceInTurns(100);
  await again;
  assert.equal(made, 2);
});

test("a failing maker is asked once a second, and its failure names no secret", async () => {
  const clock = new FakeClock();
  let made = 0;
  await using things = await testUpstream((socket) => socket.write(OK), {
    clock,
    authenticate: async () => {
      made += 1;
      throw new RangeError(`the token ${SECRET} is bad`);
    },
  });
  for (let call = 0; call < 5; call += 1) {
    const error = await things.failure();
    assert.deepEqual([error.kind, error.phase], ["unavailable", "credentials"]);
    assert.equal(error.message, "things getThing: authenticate failed (RangeError)");
    assert.doesNotMatch(inspect(error, { depth: 9 }), new RegExp(SECRET));
  }
  assert.equal(made, 1);
  clock.pass(1_000);
  await things.failure();
  assert.equal(made, 2);
});

test("a maker can say what went wrong", async () => {
  await using things = await testUpstream((socket) => socket.write(OK), {
    authenticate: () => {
      throw new CredentialsError("the user has not linked an account", "rejected");
    },
  });
  const { kind, message } = await things.failure();
  assert.deepEqual([kind, message], ["rejected", "things getThing: the user has not linked an account"]);
});

for (const [name, value] of [
  ["authorization", "a\r\nx: y"],
  ["authorization", ""],
  ["x y", "a"],
  ["Content-Length", "0"],
  ["host", "a"],
  ["Txn-Token", "a"],
] as const) {
  test(`a header ${JSON.stringify(`${name}: ${value}`)} is not sent`, async () => {
    await using things = await testUpstream((socket) => socket.write(OK), {
      authenticate: () => ({ [name]: value }),
    });
    const { message } = await things.failure();
    assert.match(message, /authenticate made a header that cannot be sent: /);
    assert.equal(things.server.requests.length, 0);
  });
}

test("no secret is in an event, an error, a key or the upstream itself", async () => {
  const events: unknown[] = [];
  const listeners = new Proxy({}, { get: () => (event: unknown) => events.push(event) });
  await using things = await testUpstream((socket) => socket.write(REFUSED), {
    authenticate: bearer(SECRET),
    events: listeners,
  });
  const request = makeRequest(new FakeClock());
  const error = await things.failure({ cache: "perUser" }, { request });
  const shown = inspect([events, error, request, things.upstream], { depth: 12, showHidden: true });
  assert.ok(events.length > 0);
  assert.ok(!shown.includes(SECRET));
  assert.ok(!(error instanceof InvalidCallError));
});
