import assert from "node:assert/strict";
import { test } from "node:test";
import { Upstream } from "@triptych/upstream-client";
import { clientRequest, operation } from "./testing/client-request.ts";
import { ProgrammedUpstream, answerJson } from "./testing/programmed-upstream.ts";

for (const users of [["1"], ["1", "2"]]) {
  test(`500 identical GETs at once of ${users.length} user(s) are ${users.length} call(s)`, async () => {
    await using server = await ProgrammedUpstream.open(({ headers }, response) => {
      setTimeout(() => answerJson(response, { user: headers["x-user-id"] }), 50);
    });
    const upstream = new Upstream({ name: "things", addresses: [server.origin] });
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
