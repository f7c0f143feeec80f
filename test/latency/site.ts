import { startStack } from "@triptych/cli/stack";
import { request } from "undici";
import type { Delay } from "../domain-services/switches/switches.ts";

const SERVICES = ["users", "orders", "recommendations", "catalog"] as const;

/**
 * How long each service takes to answer: log-normal, as service times are, with a long tail. The
 * numbers are assumptions of this report, stated beside its results.
 */
export const DELAYS: Readonly<
  Record<(typeof SERVICES)[number], Delay & { readonly distribution: "lognormal" }>
> = {
  users: { distribution: "lognormal", medianMs: 15, p99Ms: 60 },
  orders: { distribution: "lognormal", medianMs: 40, p99Ms: 160 },
  recommendations: { distribution: "lognormal", medianMs: 50, p99Ms: 150 },
  catalog: { distribution: "lognormal", medianMs: 25, p99Ms: 100 },
};

/** The whole site: proxy with TLS, gateway, web BFF and slow services. */
export interface Site extends AsyncDisposable {
  readonly scheme: "https" | "http";
  /** The reverse proxy's. */
  readonly port: number;
  /** Seeds the services' next delays: loads with the same seed wait equally long. */
  seed(seed: number): Promise<void>;
  /** A bearer token of a sample user. */
  token(user: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the site on free ports. Disposing of it ends all of its processes. */
export async function openSite(): Promise<Site> {
  const roles = [...SERVICES, "web-bff", "identity-provider", "gateway", "reverse-proxy"] as const;
  const stack = await startStack({ ports: "free", roles });
  return {
    scheme: "https",
    port: Number(new URL(stack.url("reverse-proxy")).port),
    async seed(seed) {
      await Promise.all(
        SERVICES.map(async (name, index) => {
          const { statusCode, body } = await request(`${stack.adminUrl(name)}/switches`, {
            method: "PUT",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ delay: DELAYS[name], seed: seed * SERVICES.length + index }),
          });
          const text = await body.text();
          if (statusCode !== 200) throw new Error(`${name} should take its switches, it answered ${text}`);
        }),
      );
    },
    async token(user) {
      const { body } = await request(`${stack.url("identity-provider")}/development-token`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `user=${user}`,
      });
      const { access_token: token } = Object(await body.json());
      if (typeof token !== "string") throw new TypeError(`expected a token for user ${user}, got none`);
      return token;
    },
    [Symbol.asyncDispose]: () => stack.stop(),
  };
}
