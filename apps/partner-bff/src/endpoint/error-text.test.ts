import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices } from "../testing/fake-services.ts";
import { startPartner } from "../testing/running-partner.ts";

describe("what an error may tell", () => {
  const hints = [
    { query: "{ viewer { nam } }", variables: {} },
    { query: "{ viewr { id } }", variables: {} },
    { query: "query ($v: CancelReason!) { viewer { id @include(if: $v) } }", variables: { v: "OTHR" } },
    {
      query:
        'mutation ($v: CancelReason!) { cancelOrder(id: "o-1", reason: $v, idempotencyKey: "12345678") { id } }',
      variables: { v: "OTHR" },
    },
  ];
  for (const { query, variables } of hints) {
    test(`no name of the schema that the client did not write: ${query}`, async () => {
      await using services = await FakeServices.start();
      await using partner = await startPartner(services);
      const { errors, text } = await partner.ask(query, variables);
      assert.notEqual(errors.length, 0);
      assert.doesNotMatch(text, /did you mean|"name\b|viewer"|OTHER/i);
    });
  }

  test("in development it suggests", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services, { env: { NODE_ENV: "development" } });
    assert.match((await partner.ask("{ viewer { nam } }")).text, /Did you mean/);
  });

  test("introspection is refused unless it is on", async () => {
    await using services = await FakeServices.start();
    await using closed = await startPartner(services);
    const refused = await closed.ask("{ __schema { types { name } } }");
    assert.equal(refused.data, undefined);
    assert.equal(refused.errors[0]?.extensions.code, "GRAPHQL_VALIDATION_FAILED");
    await using open = await startPartner(services, { env: { GRAPHQL_INTROSPECTION: "true" } });
    assert.match((await open.ask("{ __schema { types { name } } }")).text, /"OrderConnection"/);
  });
});
