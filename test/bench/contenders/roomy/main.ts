/**
 * The web BFF with room for thousands of pages in flight, which it would refuse as it ships:
 * bulkheads of 8,192 instead of 64, no limit by the event loop's delay, and deadlines on a clock
 * that runs at a fortieth of the speed, so that pages that wait for the core are answered whole.
 */
import { createServer } from "node:http";
import { createApp } from "@triptych/bff";
import { createLogger, createMetrics, readSettings } from "@triptych/service-kit";
import { systemClock } from "@triptych/upstream-client";
import type { Clock } from "@triptych/upstream-client";
import { bff } from "@triptych/web-bff";
import { announce } from "../by-hand/begin.ts";

const SLOWER = 40;
const ROOMY = { bulkhead: { maxInFlight: 8_192 } };

const clock: Clock = {
  now: () => systemClock.now() / SLOWER,
  wallNow: () => systemClock.wallNow(),
  setTimer: (ms, fire) => systemClock.setTimer(ms * SLOWER, fire),
};

const { users, orders, recommendations, catalog } = bff.upstreams;
const roomy = {
  ...bff,
  upstreams: {
    users: { ...users, ...ROOMY },
    orders: { ...orders, ...ROOMY },
    recommendations: { ...recommendations, ...ROOMY },
    catalog: { ...catalog, ...ROOMY },
  },
};
const settings = readSettings(process.env, bff.settings);
const metrics = createMetrics({ name: bff.name });
const { app } = await createApp(roomy, settings, {
  logger: createLogger({ name: bff.name, level: settings.LOG_LEVEL, metrics }),
  metrics,
  clock,
});
// As it ships; Node's default of 5 s would close connections between two slices of the load.
const server = createServer({ keepAliveTimeout: 65_000 }, app);
server.listen({ port: 0, host: "127.0.0.1", backlog: 8_192 }, () => announce(server.address()));
