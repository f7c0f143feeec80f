import type { IncomingMessage, ServerResponse } from "node:http";
import { errorOf, inbound, nameLayer, notFoundHandler, problemHandler, record } from "@triptych/service-kit";
import type { Clock, Logger, Metrics, Tracing } from "@triptych/service-kit";
import express from "express";
import type { Express, NextFunction, Request, Response } from "express";
import type { LiveConfig } from "./config/live-config.ts";
import type { VerifyBearer } from "./credentials/bearer-token.ts";
import { Exchange, Refusal } from "./exchange.ts";
import type { Policy } from "./exchange.ts";
import { createForward } from "./forward/forward.ts";
import type { SessionLives } from "./credentials/session.ts";
import { backchannelLogout } from "./login/backchannel-logout.ts";
import type { VerifyLogout } from "./login/backchannel-logout.ts";
import type { Renew } from "./login/renewals.ts";
import { keepSession } from "./policies/keep-session.ts";
import { createPages, sendPage } from "./pages.ts";
import type { Target } from "./forward/forward.ts";
import { dropUntrustedHeaders } from "./forward/headers.ts";
import type { Instances } from "./forward/instances.ts";
import type { IdentityProvider } from "./login/identity-provider.ts";
import { loginAddress, loginRoutes } from "./login/login-routes.ts";
import { authenticate, refuseCrossSite, refuseRevoked } from "./policies/authenticate.ts";
import { limitKeyOf, trustedProxy } from "./policies/client-address.ts";
import { admitOrigin, answerPreflight } from "./policies/cors.ts";
import { ambiguousTarget, announceDeprecation, matchRoute } from "./policies/find-route.ts";
import { limitRates } from "./policies/limit-rate.ts";
import type { LimitStore } from "./policies/limit-rate.ts";
import { identityHeaders } from "./policies/sign-identity.ts";
import { validateRequest } from "./policies/validate-request.ts";
import type { Revocations } from "./revocation/revocations.ts";
import { createShadowReport } from "./shadow/report.ts";
import { createShadow } from "./shadow/shadow.ts";
import { checkTable } from "./table/check-table.ts";
import { bffsOf, MAX_TARGET, readTarget } from "./table/route.ts";
import type { RouteTable } from "./table/route.ts";
import { consumerOf, createTelemetry } from "./telemetry.ts";

/** What a gateway needs; `openGateway` makes it from the settings. */
export interface GatewayConfig {
  readonly table: RouteTable;
  /** An address, or an app in this process, for each of the table's targets. */
  readonly targets: ReadonlyMap<string, Target>;
  /** The second versions that a share of requests is sent to, by target; default none. */
  readonly shadows?: ReadonlyMap<string, Instances> | undefined;
  /** Keys, partners and contracts, as they are now. */
  readonly live: () => LiveConfig;
  readonly verifyBearer: VerifyBearer;
  readonly provider: IdentityProvider;
  readonly renew: Renew;
  readonly verifyLogout: VerifyLogout;
  readonly lives: SessionLives;
  readonly revocations: Revocations;
  readonly limits: LimitStore;
  /** The address that browsers see, for example https://shop.example. */
  readonly publicOrigin: string;
  /** The proxies whose `X-Forwarded-For` counts: addresses and networks. Empty means none. */
  readonly trustedProxies: readonly string[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Where sampled requests are traced; without it they are not. */
  readonly tracing?: Tracing | undefined;
}

/** Has one request traced, whatever the sampler says: `triptych trace` makes its value. */
const TRACE_REQUEST = "x-trace-request";

/** A problem that says no more than its status (RFC 9457, section 4.2.1). */
const ABOUT_BLANK = { type: "about:blank", title: "", detail: "" };

/** The gateway's name in `Server-Timing` and the log. */
const LAYER = "gateway";

/** Logins per address and minute. People log in rarely, so a low limit is enough. */
const LOGINS_PER_MINUTE = 60;
/** Each page of a site may ask, and many people may have one address. */
const SESSION_QUESTIONS_PER_MINUTE = 1_200;
/** The identity provider has one address, and may end many logins at once. */
const LOGOUTS_PER_MINUTE = 6_000;

/**
 * Creates the gateway as an Express app: the login, and every route of the table behind the same
 * policies in the same order.
 *
 * @throws RouteTableError
 * @throws Error when a target of the table has neither an address nor an app
 */
export function createGateway(config: GatewayConfig): Express {
  const { table, targets, live, revocations, limits, publicOrigin, logger, metrics, clock } = config;
  const { landing } = table;
  const pages = createPages(table);
  checkTable(table);
  const unknown = Object.keys(table.targets).filter((name) => !targets.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `no address and no app for ${unknown.join(", ")}: name one in the settings or hand one over`,
    );
  }
  const rates = limitRates(table.routes, limits);
  const telemetry = createTelemetry(metrics, clock);
  const bffs = new Set(bffsOf(table));
  const report = createShadowReport({ metrics, logger, clock });
  const shadow = createShadow({ targets: config.shadows ?? new Map(), report, clock });
  const forward = createForward({ routes: table.routes, targets, bffs, clock, metrics, telemetry, shadow });
  const contractOf = (file: string) => {
    const contract = live().contracts.get(file);
    if (contract === undefined) throw new Error(`the contract ${file} is not loaded`);
    return contract;
  };

  const validate = validateRequest(contractOf);
  const forAll: readonly Policy[] = [
    admitOrigin,
    rates.perAddress,
    answerPreflight(contractOf),
    announceDeprecation,
  ];
  const policiesForAnyone: readonly Policy[] = [...forAll, validate];
  // Cheap policies come first, so a refused request costs little.
  const policies: readonly Policy[] = [
    ...forAll,
    authenticate({
      verifyBearer: config.verifyBearer,
      verifyApiKey: () => live().verifyApiKey,
      cookies: () => live().cookies,
    }),
    refuseCrossSite(publicOrigin),
    refuseRevoked(revocations),
    keepSession({ renew: config.renew, lives: config.lives, cookies: () => live().cookies, clock }),
    (exchange, _req, res) => {
      record(res).notes["consumer"] = consumerOf(exchange.caller);
    },
    rates.perCaller,
    validate,
  ];
  const findRoute = matchRoute(table.routes, contractOf);

  async function pass(req: Request, res: Response): Promise<void> {
    const exchange = new Exchange(targetOf(req), req.ip ?? "");
    await findRoute(exchange, req, res);
    record(res).screen = exchange.route.name;
    telemetry.follow(exchange, res);
    const isForAnyone = exchange.route.callers === "anyone";
    try {
      for (const policy of isForAnyone ? policiesForAnyone : policies) {
        const waits = policy(exchange, req, res);
        if (waits !== undefined) await waits;
        if (res.writableEnded) return;
      }
    } catch (thrown) {
      const error = errorOf(thrown);
      const needsLogin = error instanceof Refusal && error.problem.code === "identity-required";
      const login = needsLogin ? loginAddress(exchange, req, publicOrigin) : undefined;
      if (login === undefined) throw error;
      res.setHeader("Cache-Control", "no-store");
      if (req.method === "POST") {
        // A redirect would lose what was typed without a word.
        explain(error, res);
        sendPage(res.status(401), pages.formLost(login, record(res).requestId));
        return;
      }
      nameLayer(res, LAYER, "login");
      res.setHeader("Location", login);
      res.status(303).end();
      return;
    }
    const role = table.targets[exchange.route.target];
    if (role === undefined) throw new Error(`the target ${exchange.route.target} is not in the table`);
    const identityOf = (requestId: string): string[] =>
      isForAnyone ? [] : identityHeaders(exchange, requestId, role, live().signers);
    // Only the screen knows which of its sections need a user.
    if (!isForAnyone && exchange.caller.kind === "anonymous") {
      exchange.visitorsLogin = loginAddress(exchange, req, publicOrigin);
    }
    exchange.pageFor = (status) =>
      req.accepts(["application/json", "text/html"]) === "text/html"
        ? pages.problem({ ...ABOUT_BLANK, status, instance: record(res).requestId })
        : undefined;
    await forward(exchange, req, res, identityOf);
  }

  function explainRefusal(
    thrown: unknown,
    _req: IncomingMessage,
    res: ServerResponse,
    next: NextFunction,
  ): void {
    const error = errorOf(thrown);
    explain(error, res);
    next(error);
  }

  function explain(error: Error, res: ServerResponse): void {
    if (error instanceof Refusal) {
      const { policy, problem, reason } = error;
      nameLayer(res, LAYER, policy);
      telemetry.countRefusal(error);
      if (reason !== undefined) record(res).notes["reason"] = reason;
      // RFC 9110, section 15.5.2: a 401 names a way to authenticate.
      if (problem.code === "identity-required") res.setHeader("WWW-Authenticate", 'Bearer realm="triptych"');
    } else {
      nameLayer(res, LAYER, "error");
    }
  }

  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", trustedProxy(config.trustedProxies));

  const logins = limits.limiter("auth:address", LOGINS_PER_MINUTE, 60);
  const questions = limits.limiter("auth-session:address", SESSION_QUESTIONS_PER_MINUTE, 60);
  const logouts = limits.limiter("auth-logout:address", LOGOUTS_PER_MINUTE, 60);
  const limiters = new Map([
    ["/session", questions],
    ["/backchannel-logout", logouts],
  ]);
  app.use(dropUntrustedHeaders);
  const isTraced = ({ headers }: IncomingMessage): boolean => {
    const asked = headers[TRACE_REQUEST];
    return typeof asked === "string" && live().traceRequests.accepts(asked);
  };
  app.use(inbound({ name: LAYER, logger, metrics, clock, tracing: config.tracing, isTraced }));
  app.use((req, res, next) => {
    // W3C Trace Context, level 2: for the log of the proxy in front.
    const entry = record(res);
    res.setHeader("traceresponse", entry.traceparent(entry.trace.spanId));
    const refused = req.headers[TRACE_REQUEST] !== undefined && !isTraced(req);
    if (refused) record(res).notes["traceRequest"] = "refused";
    next();
  });
  app.use((req, _res, next) => {
    if (req.url.length > MAX_TARGET) throw targetTooLong();
    next();
  });
  app.get("/", (_req, res) => {
    res.setHeader("Cache-Control", "no-store");
    res.redirect(303, landing);
  });
  app.use("/auth", async (req, res, next) => {
    record(res).screen = "login";
    const { allowed, resetMs } = await (limiters.get(req.path) ?? logins).consume(limitKeyOf(req.ip ?? ""));
    if (!allowed) throw tooManyLogins(resetMs);
    next();
  });
  app.use(
    "/auth",
    loginRoutes({
      provider: config.provider,
      cookies: () => live().cookies,
      lives: config.lives,
      clock,
      revocations,
      publicOrigin,
      landing,
      loggedOut: pages.loggedOut,
      logger,
    }),
  );
  app.use("/auth", backchannelLogout(config.verifyLogout, revocations));
  app.use(pass);
  app.use(notFoundHandler);
  app.use(explainRefusal);
  app.use(problemHandler({ logger, page: pages.problem }));
  return app;
}

function targetOf(req: Request): ReturnType<typeof readTarget> & {} {
  const target = readTarget(req.originalUrl);
  if (target !== undefined) return target;
  throw ambiguousTarget();
}

function targetTooLong(): Refusal {
  const detail = `The request's target is longer than ${MAX_TARGET} characters`;
  return new Refusal("path", { code: "uri-too-long", detail });
}

function tooManyLogins(resetMs: number): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1_000));
  return new Refusal("rate-limit", {
    code: "rate-limited",
    detail: "There were too many logins from this address",
    retryAfterSeconds,
  });
}
