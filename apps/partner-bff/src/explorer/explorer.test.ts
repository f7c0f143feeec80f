import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServices } from "../testing/fake-services.ts";
import { startPartner } from "../testing/running-partner.ts";
import type { Partner } from "../testing/running-partner.ts";

/** What a browser that is sent to an address asks, without an identity. */
const navigate = (partner: Partner, path: string) =>
  partner.send({
    method: "GET",
    path,
    identity: null,
    headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
  });

const FILES = [
  "/partner/graphiql/explorer.js",
  "/partner/graphiql/explorer.css",
  "/partner/graphiql/contract.json",
];

test("in development a browser gets the explorer, all of it from here, under a policy that allows nothing else", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services, { env: { NODE_ENV: "development" } });
  const page = await navigate(partner, "/partner/graphql");
  assert.equal(page.status, 200);
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  const policy = String(page.headers["content-security-policy"]);
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
  assert.doesNotMatch(
    page.text,
    /https?:|\/\/[a-z]|<style|<script(?! type="module" src="\/partner\/graphiql\/)| on[a-z]+=/,
  );
  for (const [, address = ""] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.equal((await navigate(partner, address)).status, 200, address);
  }
});

test("the explorer knows the schema's types and the documents for all", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services, { env: { NODE_ENV: "development" } });
  const { text } = await navigate(partner, "/partner/graphiql/contract.json");
  assert.match(text, /"name":"OrderConnection","text":"type OrderConnection \{/);
  assert.match(text, /"name":"mutation CancelOrder"/);
});

test("in development a program gets no page", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services, { env: { NODE_ENV: "development" } });
  const { status } = await partner.send({ method: "GET", headers: { accept: "*/*" } });
  assert.equal(status, 400);
});

test("in development, too, OPTIONS is refused", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services, { env: { NODE_ENV: "development" } });
  const { status, headers } = await partner.send({ method: "OPTIONS" });
  assert.equal(status, 405);
  assert.equal(headers["allow"], "GET, POST");
});

test("outside development there is no explorer", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  for (const path of ["/partner/graphql", ...FILES]) {
    const page = await navigate(partner, path);
    assert.equal(page.status, 401, path);
    assert.doesNotMatch(page.text, /<html/);
  }
  for (const path of FILES) assert.equal((await partner.send({ method: "GET", path })).status, 404, path);
});
