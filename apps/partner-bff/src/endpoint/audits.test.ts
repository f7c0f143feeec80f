import assert from "node:assert/strict";
import { test } from "node:test";
import { serverAudits } from "graphql-http";
import { hashOf } from "../documents/contract.ts";
import { FakeServices } from "../testing/fake-services.ts";
import { publishedContract, startPartner } from "../testing/running-partner.ts";

/** Two audits ask this by GET, where only registered documents are answered. */
const ASKED_BY_GET = "query Type($name: String!) { __type(name: $name) { name } }";

/**
 * A MAY: it asks `{ __typename }` by GET, which is not registered, and cannot be, as it has no
 * name.
 */
const REFUSED_ON_PURPOSE = "5A70";

/**
 * GraphQL over HTTP, as its reference suite audits it. Introspection is on, since the suite looks
 * a type up.
 */
test("passes every MUST and SHOULD of graphql-http's audits, and all but one MAY", async () => {
  await using services = await FakeServices.start();
  const contract = await publishedContract();
  const registered = { name: `${hashOf(ASKED_BY_GET)}.graphql`, text: ASKED_BY_GET, apiKeyId: "audit" };
  await using partner = await startPartner(services, {
    env: { GRAPHQL_INTROSPECTION: "true" },
    contract: { ...contract, operations: [...contract.operations, registered] },
  });

  const audits = serverAudits({
    url: `${partner.origin}/partner/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set("x-identity", partner.mint({ apiKeyId: "audit" }));
      // A GET of ours says that no page of another site caused it.
      if (init.method !== "POST") headers.set("apollo-require-preflight", "true");
      return fetch(url, { ...init, headers });
    },
  });
  assert.ok(audits.length >= 60, `the suite has shrunk to ${audits.length} audits`);
  const failures: string[] = [];
  for (const { id, name, fn } of audits) {
    const result = await fn();
    if (result.status === "ok") continue;
    if (!result.response.bodyUsed) await result.response.body?.cancel();
    if (!(name.startsWith("MAY") && id === REFUSED_ON_PURPOSE))
      failures.push(`${id} ${name}: ${result.reason}`);
  }
  assert.deepEqual(failures, []);
});
