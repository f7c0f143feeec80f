import { startStubServices } from "@triptych/domain-clients/testing";
import type { StubServices } from "@triptych/domain-clients/testing";
import { request } from "undici";
import { ProgrammedUpstream } from "../upstream/programmed-upstream.ts";

/** A user that the stub services know. */
const KNOWN_USER = "ada";

/**
 * The stub services for as many users as a load needs: each user's calls are their own, so that they do not coalesce, and every
 * user has the profile and the recommendations of one whom the stubs know.
 */
export type ServicesForAnyone = AsyncDisposable & {
  readonly stubs: StubServices;
  readonly users: ProgrammedUpstream;
  readonly recommendations: ProgrammedUpstream;
};

export async function startServicesForAnyone(): Promise<ServicesForAnyone> {
  const stubs = await startStubServices();
  const users = await inFrontOf(stubs.users.url);
  const recommendations = await inFrontOf(stubs.recommendations.url);
  return {
    stubs,
    users,
    recommendations,
    async [Symbol.asyncDispose]() {
      await Promise.all([
        users[Symbol.asyncDispose](),
        recommendations[Symbol.asyncDispose](),
        stubs.close(),
      ]);
    },
  };
}

async function inFrontOf(origin: string): Promise<ProgrammedUpstream> {
  const known = new Map<string, string>();
  return ProgrammedUpstream.open(async ({ url }, response) => {
    const text = known.get(url) ?? (await ordinary(`${origin}${url}`));
    known.set(url, text);
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  });
}

async function ordinary(url: string): Promise<string> {
  const { body } = await request(url, { headers: { "x-user-id": KNOWN_USER } });
  return body.text();
}
