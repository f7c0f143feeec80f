import { pageNamed } from "../pages/pages.ts";
import type { Page } from "../pages/pages.ts";
import type { ServiceOrigins } from "../processes/services.ts";

/** What a contender is started with: a page's name as its argument, the services' addresses in its environment. */
export function begin(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { page: Page; origins: ServiceOrigins } {
  return { page: pageNamed(args[0]), origins: serviceOrigins(env) };
}

/**
 * @throws TypeError where the environment names no address of one
 * @public the peers, which are no part of the workspaces, read it
 */
export function serviceOrigins(env: NodeJS.ProcessEnv): ServiceOrigins {
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

/** Says where the contender listens, as the project's programs do in their first line. */
export function announce(address: { readonly port: number } | string | null): void {
  const port = typeof address === "object" ? address?.port : undefined;
  const readyMs = Math.round(performance.now());
  process.stdout.write(`${JSON.stringify({ port, readyMs })}\n`);
}
