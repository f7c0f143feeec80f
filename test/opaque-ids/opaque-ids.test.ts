import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { defineScreens } from "@triptych/screen";
import type { ScreenInput } from "@triptych/screen";
import { MisbehavingUpstream, jsonReply } from "@triptych/testing";
import { Upstream } from "@triptych/upstream-client";
import { contractService } from "@triptych/upstream-client/contract";
import * as fc from "fast-check";
import { defaultPathSerializer } from "openapi-fetch";
import { Type } from "typebox";
import { runGatewayWithScreen } from "../testing/gateway-with-screen.ts";

type Content = { getArticle(input: { readonly path: { readonly slug: string } }): Promise<unknown> };
type Clients = { readonly content: Content };

const ARTICLE = { schema: { type: "object" }, enums: { root: {}, named: {} } };
const service = {
  getArticle: {
    name: "getArticle",
    method: "GET",
    path: "/articles/{slug}/text",
    idempotent: false,
    answer: ARTICLE,
  },
};

const { screen, required } = defineScreens<Clients>();
const article = screen({
  name: "article",
  path: "/articles/:slug",
  ids: "opaque",
  summary: "One article",
  budget: { deadlineMs: 30_000, upstreamCalls: 1, bytes: 1_000 },
  sections: {
    slug: required({
      schema: Type.String(),
      load: async ({ content }, { params }: ScreenInput<"slug">) => {
        await content.getArticle({ path: { slug: params.slug } });
        return params.slug;
      },
      shape: (slug) => slug,
    }),
  },
});

let gateway: Awaited<ReturnType<typeof runGatewayWithScreen>>;
let server: MisbehavingUpstream;
let upstream: Upstream;
before(async () => {
  server = await MisbehavingUpstream.open(() => jsonReply({}));
  upstream = new Upstream({ name: "content", addresses: [`${server.origin}/cms`], ids: "opaque" });
  const content = contractService<Content>(service, upstream);
  gateway = await runGatewayWithScreen(article, (scope) => ({ content: content.in(scope) }));
});
after(async () => {
  await upstream.close();
  await server.close();
  await gateway[Symbol.asyncDispose]();
});

const ask = async (path: string) => gateway.send(path, { headers: await gateway.bearer() });

it("any text reaches the service as the one id that the client package sent", async () => {
  const odd = [
    "a.b",
    "...",
    ".a",
    "a/b",
    "../users",
    "a?b#c",
    "%2e%2e",
    "%2F",
    "a b+c",
    "ü/日本",
    "\u0000",
    "$&",
    ";x=1",
  ];
  const slugs = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: "binary", minLength: 1, maxLength: 40 }));
  await fc.assert(
    fc.asyncProperty(slugs, async (slug) => {
      fc.pre(slug !== "." && slug !== "..");
      server.reset();
      const { status, text } = await ask(defaultPathSerializer("/web/articles/{slug}", { slug }));
      assert.deepEqual([status, JSON.parse(text)], [200, { slug, degraded: [] }]);
      const segments = server.received.map(({ url }) => url.split("/").map(decodeURIComponent));
      assert.deepEqual(segments, [["", "cms", "articles", slug, "text"]]);
    }),
    { numRuns: 100, examples: odd.map((slug) => [slug]) },
  );
});

for (const slug of [".", "..", "%2e", "%2E%2e", "", "%FF", "%"]) {
  it(`the segment "${slug}" ends in the gateway`, async () => {
    gateway.target.requests.length = 0;
    const { status } = await ask(`/web/articles/${slug}`);
    assert.ok(status === 400 || status === 404, String(status));
    assert.equal(gateway.target.requests.length, 0);
  });
}
