/** Fastify, its logger off as is its default, and undici's `request`. No response schema: `JSON.stringify` is faster on this page. */
import Fastify from "fastify";
import { request } from "undici";
import { announce, begin } from "../../contenders/begin.ts";
import { sourcesOf } from "../../pages/sources.ts";

const { page, origins } = begin(process.argv.slice(2), process.env);

const fastify = Fastify();
fastify.get(page.path, async (req) => {
  const headers = { accept: "application/json", "x-user-id": String(req.headers["x-user-id"]) };
  const sources = sourcesOf(async (service, target) => {
    const { body } = await request(`${origins[service]}${target}`, { headers });
    return body.json();
  });
  return page.load(sources);
});
await fastify.listen({ port: 0, host: "127.0.0.1" });
announce(fastify.server.address());
