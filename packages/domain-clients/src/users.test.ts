import assert from "node:assert/strict";
import { test } from "node:test";
import { isUpstreamError } from "@triptych/upstream-client";
import type { UnknownValueEvent } from "@triptych/upstream-client";
import { userBody } from "./testing/bodies.ts";
import { domainService, scopeOf } from "./testing/domain-service.ts";
import { usersService } from "./users.ts";

test("answers the user of the request", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: userBody() }));
  const user = await usersService(upstream).in(scopeOf(t)).me();
  assert.equal(user.name.display, "Ada L.");
  assert.equal(user.avatar.medium, "https://img/m");
  assert.deepEqual(
    received.map(({ method, url, headers }) => [method, url, headers["x-user-id"]]),
    [["GET", "/users/me", "7"]],
  );
});

test("two sections that need the user make one call", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: userBody() }));
  const users = usersService(upstream);
  const scope = scopeOf(t);
  const [one, other] = await Promise.all([users.in(scope).me(), users.in(scope).me()]);
  assert.deepEqual(one, other);
  assert.equal(received.length, 1);
});

test("unknown fields and missing optional fields are accepted", async (t) => {
  const { phone: _, ...rest } = userBody({ horoscope: { sign: "leo" } });
  const { upstream } = await domainService(t, () => ({ body: rest }));
  const user = await usersService(upstream).in(scopeOf(t)).me();
  assert.equal(user.phone, undefined);
});

test("a tier that the contract does not list is unknown to the screen, and counted", async (t) => {
  const counted: UnknownValueEvent[] = [];
  const body = userBody({ loyalty: { tier: "platinum", points: 1 } });
  const { upstream } = await domainService(t, () => ({ body }), {
    unknownValue: (event) => counted.push(event),
  });
  const user = await usersService(upstream).in(scopeOf(t)).me();
  assert.equal(user.loyalty.tier, "unknown");
  assert.deepEqual(
    counted.map(({ operation, field }) => [operation, field]),
    [["getMe", "loyalty.tier"]],
  );
});

test("an answer that breaks the contract is invalid; the message names the field and not its value", async (t) => {
  const body = userBody({ avatar: { small: "https://img/s", medium: ["secret"], large: "https://img/l" } });
  const { upstream } = await domainService(t, () => ({ body }));
  await assert.rejects(usersService(upstream).in(scopeOf(t)).me(), (error: unknown) => {
    assert.ok(isUpstreamError(error));
    assert.equal(error.kind, "invalid");
    assert.match(error.message, /\/avatar\/medium/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});
