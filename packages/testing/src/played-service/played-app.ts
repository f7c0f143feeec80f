import { globSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { serveApp, TEST_KEY } from "../app-under-test.ts";
import type { AppUnderTest } from "../app-under-test.ts";
import { FakeClock, RETRY_PAUSE_MS } from "../fake-clock.ts";
import { MisbehavingUpstream } from "../misbehaving-upstream.ts";
import { listAt, readDocument } from "./document.ts";
import { playerOf } from "./play.ts";

type Environment = Readonly<Record<string, string>>;

/** A BFF on a real port, in front of services that are played from their documents. */
export type PlayedApp = Pick<AppUnderTest, "ask" | "identity" | "origin"> & {
  /** By name. A test makes them misbehave, and sees what they were asked. */
  readonly services: Readonly<Record<string, MisbehavingUpstream>>;
  readonly clock: FakeClock;
};

/**
 * Starts a BFF for tests. What it opens is closed when the test ends.
 *
 * @param bff its name, and the upstreams that it is to have
 * @param contracts the folder of the documents: `users.openapi.yaml`
 * @param create makes the app of its environment; its timers are those of the clock
 */
export function playedApp(
  bff: { readonly name: string; readonly upstreams: object },
  contracts: string,
  create: (
    env: Environment,
    clock: FakeClock,
  ) => Promise<{ readonly app: RequestListener; readonly close: () => Promise<void> }>,
): (t: TestContext, env?: Environment) => Promise<PlayedApp> {
  return async (t, env = {}) => {
    const services: Record<string, MisbehavingUpstream> = {};
    t.after(async () => {
      await Promise.all(Object.values(services).map((service) => service.close()));
    });
    for (const name of Object.keys(bff.upstreams)) {
      services[name] = await MisbehavingUpstream.open(playerOf(documentOf(contracts, name)));
    }
    const addresses = Object.entries(services).map(([name, { origin }]) => [
      `${name.toUpperCase().replaceAll("-", "_")}_URL`,
      origin,
    ]);
    const keys = `${TEST_KEY.kid}:${Buffer.from(TEST_KEY.secret).toString("base64url")}`;
    const usual = {
      ...playedSecrets(bff),
      ...Object.fromEntries(addresses),
      IDENTITY_KEYS: keys,
      NODE_ENV: "production",
    };
    const clock = new FakeClock({ shortWaitMs: RETRY_PAUSE_MS });
    const made = await create({ ...usual, ...env }, clock);
    const served = await serveApp(made.app, { audience: bff.name, clock, user: "ada" });
    t.after(async () => {
      await served.close();
      await made.close();
    });
    return { ...served, services, clock };
  };
}

/**
 * Values for the secrets that a BFF's upstreams authenticate with: a played service takes any.
 *
 * @param bff whose upstreams may have `authenticate`, with the settings that it reads
 */
export function playedSecrets({ upstreams }: { readonly upstreams: object }): Environment {
  const settings = Object.values(upstreams).flatMap((use: unknown) =>
    listAt(Object(use).authenticate, "settings"),
  );
  return Object.fromEntries(settings.map((setting) => [String(Object(setting).name), "played"]));
}

function documentOf(contracts: string, name: string) {
  const [file] = globSync(`${name}.openapi.{json,yaml,yml}`, { cwd: contracts });
  if (file === undefined) throw new Error(`${contracts} has no document of ${name}: npm run new:upstream`);
  return readDocument(join(contracts, file));
}
