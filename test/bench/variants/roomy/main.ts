/**
 * The web BFF with room for thousands of pages in flight, which as it ships would refuse them: bulkheads of 8,192 instead of 64, no limit by the
 * event loop's delay, and deadlines on a clock that goes at a fortieth of the speed, so that pages which wait for the core are answered whole.
 * Everything that a page passes through is there.
 */
import { createServer } from "node:http";
import { catalogService } from "@triptych/domain-clients/catalog";
import { ordersService } from "@triptych/domain-clients/orders";
import { recommendationsService } from "@triptych/domain-clients/recommendations";
import { usersService } from "@triptych/domain-clients/users";
import { createLogger, createMetrics, readSettings } from "@triptych/service-kit";
import { Upstream, systemClock } from "@triptych/upstream-client";
import type { Clock } from "@triptych/upstream-client";
import { SETTINGS, createApp } from "@triptych/web-bff";
import { announce } from "../../contenders/begin.ts";

const SLOWER = 40;
const ROOM = 8_192;

const clock: Clock = {
  now: () => systemClock.now() / SLOWER,
  setTimer: (ms, fire) => systemClock.setTimer(ms * SLOWER, fire),
};

const settings = readSettings(process.env, SETTINGS);
const metrics = createMetrics({ name: "web-bff" });
const connect = (name: string, addresses: readonly string[]) =>
  new Upstream({ name, addresses, clock, events: metrics.upstreams, bulkhead: { maxInFlight: ROOM } });
const users = usersService(connect("users", settings.USERS_URL));
const orders = ordersService(connect("orders", settings.ORDERS_URL));
const recommendations = recommendationsService(connect("recommendations", settings.RECOMMENDATIONS_URL));
const catalog = catalogService(connect("catalog", settings.CATALOG_URL));

const app = createApp({
  identityKeys: settings.IDENTITY_KEYS,
  clients: (scope) => ({
    users: users.in(scope),
    orders: orders.in(scope),
    recommendations: recommendations.in(scope),
    catalog: catalog.in(scope),
  }),
  logger: createLogger({ name: "web-bff", level: settings.LOG_LEVEL }),
  metrics,
  clock,
});
// As it ships; Node's own 5 s would close connections between two slices of the load.
const server = createServer({ keepAliveTimeout: 65_000 }, app);
server.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, () => announce(server.address()));
