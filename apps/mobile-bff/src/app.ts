import { createReplayGuard, createVerifier, identityGate } from "@triptych/identity";
import type { IdentityKey } from "@triptych/identity";
import { mountScreens } from "@triptych/screen";
import { inbound, notFoundHandler, problemHandler, record, screenReporter } from "@triptych/service-kit";
import type { Logger, Metrics, Tracing } from "@triptych/service-kit";
import { systemClock } from "@triptych/upstream-client";
import type { CallScope, Clock } from "@triptych/upstream-client";
import express from "express";
import type { Express, Router } from "express";
import { callerOf } from "./caller.ts";
import { OLDEST_APP_VERSION, SCREENS } from "./screens/screens.ts";
import type { Clients } from "./upstreams.ts";

export type AppOptions = {
  /** The gateway's keys for this BFF; all of them verify. */
  readonly identityKeys: readonly IdentityKey[];
  readonly clients: (scope: CallScope) => Clients;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Where sampled requests are traced; nowhere without it. */
  readonly tracing?: Tracing | undefined;
  /** For the screens' deadlines: the same as that of the clients. Default the machine's. */
  readonly clock?: Clock;
  /** The contract for people, below the prefix and before the identity gate: in development alone. */
  readonly docs?: Router;
};

/** The mobile BFF as an Express app: what stands in front of every request, the screens, and what stands behind. */
export function createApp(options: AppOptions): Express {
  const { logger, metrics, clock = systemClock } = options;
  const gate = identityGate({
    verifier: createVerifier({ keys: options.identityKeys, audience: "mobile-bff", clock: Date.now }),
    replayGuard: createReplayGuard({ clock: Date.now }),
    // The gateway signed the request's id: where a header says otherwise, the header is wrong.
    onVerified: (res, identity) => record(res).setRequestId(identity.requestId),
    onRefusal: (res, reason) => logger.warn({ requestId: record(res).requestId, reason }, "identity refused"),
  });

  const screens = mountScreens(SCREENS, {
    clients: options.clients,
    caller: (req, res) => callerOf(gate.identityOf(res), record(res), req),
    onMatch: (res, name) => void (record(res).screen = name),
    report: screenReporter({ logger }),
    clock,
    oldestVersion: OLDEST_APP_VERSION,
  });

  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  app.disable("etag");

  app.use(inbound({ name: "mobile-bff", logger, metrics, tracing: options.tracing }));
  if (options.docs !== undefined) app.use("/mobile", options.docs);
  app.use(gate.check);
  app.use("/mobile", screens);
  app.use(notFoundHandler);
  app.use(problemHandler({ logger }));
  return app;
}
