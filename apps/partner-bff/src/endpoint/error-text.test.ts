import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices } from "../testing/fake-services.ts";
import { startPartner } from "../testing/running-partner.ts";

describe("what an error may tell", () => {
  const hints = [
    { query: "{ viewer { nam } }", variables: {} },
    { query: "{ viewr { id } }", variables: {} },
    {
      query: 'mutation { cancelOrder(id: "o-1", idempotencyKey: "12345678", reason: OTHR) { id } }',
      variables: {},
    },
    { query: "mutation { cancelOrder(i: 1) { id } }", variables: {} },
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

  const CANCEL = 'cancelOrder(id: "o-1", idempotencyKey: "12345678", reason:';
  const places: readonly [place: string, ask: (text: string) => [query: string, variables: object]][] = [
    ["a variable", (text) => [`mutation ($v: CancelReason!) { ${CANCEL} $v) { id } }`, { v: text }]],
    ["the document", (text) => [`mutation { ${CANCEL} ${JSON.stringify(text)}) { id } }`, {}]],
  ];
  for (const [place, ask] of places) {
    test(`a suggestion is not searched in quadratic time in a client's text in ${place}`, async () => {
      await using services = await FakeServices.start();
      await using partner = await startPartner(services);
      const cpuOf = async (words: string) => {
        const [query, variables] = ask(words.repeat(48_000 / words.length));
        const before = process.cpuUsage();
        const { errors } = await partner.ask(query, { ...variables });
        const { user } = process.cpuUsage(before);
        assert.equal(errors.length, 1);
        return user;
      };
      await cpuOf("Nobody meant ");
      // The ratio of quadratic searches is 60 and more.
      const [ordinary, hostile] = [await cpuOf("Nobody meant "), await cpuOf(" Did you mean")];
      assert.ok(hostile < 10 * ordinary, `${hostile} µs, and ${ordinary} µs for another text`);
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
