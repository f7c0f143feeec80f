import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServices } from "../testing/fake-services.ts";
import { startPartner } from "../testing/running-partner.ts";
import type { Partner } from "../testing/running-partner.ts";

/** What a browser sends when it opens an address: no identity. */
const navigate = (partner: Partner, path: string) =>
  partner.send({
    method: "GET",
    path,
    identity: null,
    headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
  });

const startDevelopment = (services: FakeServices) =>
  startPartner(services, { env: { NODE_ENV: "development" } });

const FILES = ["react.js", "react-dom.js", "graphiql.js", "graphiql.css", "start.js", "layout.css"].map(
  (name) => `/partner/graphiql/${name}`,
);

test("in development a browser gets GraphiQL, served only from here, under a strict policy", async () => {
  await using services = await FakeServices.start();
  await using partner = await startDevelopment(services);
  for (const path of ["/partner/graphql", "/partner/graphql?user=7"]) {
    const page = await navigate(partner, path);
    assert.equal(page.status, 200);
    assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
    const policy = String(page.headers["content-security-policy"]);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
    assert.doesNotMatch(page.text, /https?:|<style|<script(?! src="\/partner\/graphiql\/)| on[a-z]+=/);
    const places = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, place = ""]) => place);
    assert.deepEqual(places.toSorted(), FILES.toSorted());
  }
  for (const file of FILES) {
    const { status, headers } = await navigate(partner, file);
    assert.equal(status, 200, file);
    assert.match(String(headers["content-type"]), file.endsWith(".js") ? /javascript/ : /^text\/css/, file);
  }
});

test("the page starts with the documents that are registered for all", async () => {
  await using services = await FakeServices.start();
  await using partner = await startDevelopment(services);
  const { text } = await navigate(partner, "/partner/graphiql/documents.json");
  const documents: unknown = JSON.parse(text);
  assert.ok(Array.isArray(documents));
  assert.match(String(documents[0]), /^query /);
  assert.match(String(documents.at(-1)), /^mutation CancelOrder/);
});

test("each request of the page gets an identity of the user that the page asks as", async () => {
  await using services = await FakeServices.start();
  await using partner = await startDevelopment(services);
  const identities = new Set<string>();
  for (const _ of [1, 2]) {
    const { text } = await navigate(partner, "/partner/graphiql/identity?user=7");
    identities.add(text);
    const { status, text: answer } = await partner.send({
      identity: null,
      headers: { "content-type": "application/json", "x-identity": text },
      body: JSON.stringify({ query: "{ viewer { id } }" }),
    });
    assert.equal(status, 200, answer);
    assert.match(answer, /"viewer":\{"id":"7"\}/);
  }
  assert.equal(identities.size, 2);
});

test("in development a program gets no page", async () => {
  await using services = await FakeServices.start();
  await using partner = await startDevelopment(services);
  const { status } = await partner.send({ method: "GET", headers: { accept: "*/*" } });
  assert.equal(status, 400);
});

test("OPTIONS is refused in development too", async () => {
  await using services = await FakeServices.start();
  await using partner = await startDevelopment(services);
  const { status, headers } = await partner.send({ method: "OPTIONS" });
  assert.equal(status, 405);
  assert.equal(headers["allow"], "GET, POST");
});

test("production has no GraphiQL and mints no identities", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const others = ["documents.json", "identity?user=7"].map((name) => `/partner/graphiql/${name}`);
  for (const path of ["/partner/graphql", ...FILES, ...others]) {
    const page = await navigate(partner, path);
    assert.equal(page.status, 401, path);
    assert.doesNotMatch(page.text, /<html/);
  }
  for (const path of [...FILES, ...others]) {
    assert.equal((await partner.send({ method: "GET", path })).status, 404, path);
  }
});
