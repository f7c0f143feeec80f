/** The domain services, in the order in which a home page needs them. */
export const SERVICES = ["users", "orders", "recommendations", "catalog"] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The origin of each, such as `http://127.0.0.1:9001`. */
export type ServiceOrigins = Readonly<Record<ServiceName, string>>;

/** @param ports in the order of SERVICES */
export function originsOn(ports: readonly number[]): ServiceOrigins {
  const [users, orders, recommendations, catalog] = ports.map((port) => `http://127.0.0.1:${port}`);
  if (users === undefined || orders === undefined || recommendations === undefined || catalog === undefined) {
    throw new TypeError(`expected a port for each of ${SERVICES.join(", ")}, got ${ports.join(", ")}`);
  }
  return { users, orders, recommendations, catalog };
}

/** The settings by which a BFF, and each program that it is compared with, finds the services. */
export function addressSettings(origins: ServiceOrigins): Record<string, string> {
  return {
    USERS_URL: origins.users,
    ORDERS_URL: origins.orders,
    RECOMMENDATIONS_URL: origins.recommendations,
    CATALOG_URL: origins.catalog,
  };
}
