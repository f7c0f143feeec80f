import type { ServiceName } from "../../recordings/recordings.ts";

/**
 * One GET of a service's path, which resolves to the parsed JSON: what differs between contenders.
 * The answer is believed to be what its type says. That is what makes these programs cheap: the
 * project's checks are measured against them.
 */
export type Get = <Body>(service: ServiceName, target: string) => Promise<Body>;

/** The services' addresses in the environment, which `npm run bench` sets. */
export function serviceOrigins(env: NodeJS.ProcessEnv): Readonly<Record<ServiceName, string | undefined>> {
  const { USERS_URL, ORDERS_URL, RECOMMENDATIONS_URL, CATALOG_URL } = env;
  return { users: USERS_URL, orders: ORDERS_URL, recommendations: RECOMMENDATIONS_URL, catalog: CATALOG_URL };
}

/** Prints where a contender listens, as the project's programs do in their first line. */
export function announce(address: { readonly port: number } | string | null): void {
  const port = typeof address === "object" ? address?.port : undefined;
  const readyMs = Math.round(performance.now());
  process.stdout.write(`${JSON.stringify({ port, readyMs })}\n`);
}
