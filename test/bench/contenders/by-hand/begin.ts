import type { ServiceName } from "../../recordings/recordings.ts";

/**
 * One GET of a service's path, which resolves to the parsed JSON: what differs between contenders.
 * The answer is believed to be what its type says. That is what makes these programs cheap: the
 * project's checks are measured against them.
 */
export type Get = <Body>(service: ServiceName, target: string) => Promise<Body>;

/** The services' addresses in the environment. @throws TypeError where one is not set */
export function serviceOrigins(env: NodeJS.ProcessEnv): Readonly<Record<ServiceName, string>> {
  const address = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new TypeError(`${name} is not set: npm run bench sets it`);
    return value;
  };
  return {
    users: address("USERS_URL"),
    orders: address("ORDERS_URL"),
    recommendations: address("RECOMMENDATIONS_URL"),
    catalog: address("CATALOG_URL"),
  };
}

/** Prints where a contender listens, as the project's programs do in their first line. */
export function announce(address: { readonly port: number } | string | null): void {
  const port = typeof address === "object" ? address?.port : undefined;
  const readyMs = Math.round(performance.now());
  process.stdout.write(`${JSON.stringify({ port, readyMs })}\n`);
}
