import type { Delay } from "@triptych/testing/switches";
import { SERVICES, startRunning } from "../e2e/testing/running-stack.ts";
import type { ServiceName } from "../e2e/testing/running-stack.ts";

/**
 * How long each service takes to answer: log-normal, as service times are, with a long tail. The
 * numbers are assumptions of this report, stated beside its results.
 */
export const DELAYS: Readonly<Record<ServiceName, Delay & { readonly distribution: "lognormal" }>> = {
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
  const running = await startRunning({ roles });
  const { stack, services } = running;
  return {
    scheme: "https",
    port: Number(new URL(stack.url("reverse-proxy")).port),
    async seed(seed) {
      await Promise.all(
        SERVICES.map((name, index) =>
          services[name].misbehave({
            delay: DELAYS[name],
            seed: seed * SERVICES.length + index,
            // Otherwise the BFF, which keeps the catalog's answers, would wait for fewer services.
            cacheControl: "no-store",
          }),
        ),
      );
    },
    token: (user) => running.token(user),
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
    },
  };
}
