import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { MisbehavingUpstream, jsonReply } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import { clientRequest, operation } from "./testing/client-request.ts";

for (const users of [["1"], ["1", "2"]]) {
  test(`500 identical GETs at once of ${users.length} user(s) are ${users.length} call(s)`, async () => {
    await using server = await MisbehavingUpstream.open(async ({ headers }) => {
      await wait(50);
      return jsonReply({ user: headers["x-user-id"] });
    });
    const upstream = new Upstream({ name: "things", addresses: [server.origin], identity: "user-id" });
    const results = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        clientRequest(upstream, operation(), { userId: users[index % users.length] ?? "" }),
      ),
    );
    for (const [index, { value }] of results.entries()) {
      assert.deepEqual(value, { user: users[index % users.length] });
    }
    assert.equal(server.received.length, users.length);
    await upstream.close();
  });
}
