import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import type { IncomingMessage, RequestListener } from "node:http";
import {
  createFormTokens,
  createMinter,
  createReplayGuard,
  createVerifier,
  forwardedOf,
  identityGate,
} from "@triptych/identity";
import type { Identity, IdentityKey } from "@triptych/identity";
import {
  contain,
  inbound,
  notFoundHandler,
  problemHandler,
  record,
  screenReporter,
} from "@triptych/service-kit";
import type { Logger, Metrics, ProblemPage, RequestRecord, Tracing } from "@triptych/service-kit";
import { systemClock } from "@triptych/upstream-client";
import type { Caller, Clock, Random } from "@triptych/upstream-client";
import express from "express";
import type { Bff, SettingValues, Spec } from "./define-bff.ts";
import { directWay } from "./direct-way.ts";
import { connect } from "./upstreams.ts";
import type { UpstreamTable } from "./upstreams.ts";

/** For development: each BFF that is opened, as it is defined. */
const OPENED = channel("triptych.bff.open");

/** What an app is made of besides its definition. */
export interface AppOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Where sampled requests are traced. Default: nowhere. */
  readonly tracing?: Tracing | undefined;
  /**
   * The gateway's keys for this BFF, as they are now: the first is current, all of them verify. It
   * is asked at each request, so that keys can rotate. Default: `IDENTITY_KEYS` of the settings.
   */
  readonly identityKeys?: () => readonly IdentityKey[];
  /** Everything in the app reads time from it. Default: the machine's. */
  readonly clock?: Clock;
  /** For jitter and ids. Default: `Math.random`. */
  readonly random?: Random;
}

/** A BFF as a request listener, with its connections open. */
export interface App {
  readonly app: RequestListener;
  /** What a browser gets while there is no time for it. */
  readonly overloadPage: ProblemPage | undefined;
  /** Closes the connections to the domain services. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the app: what runs before and behind every screen. Each step relies on the ones before: a
 * request is measured and limited before anything else reads it, and its identity is verified
 * before it is routed. An error that a screen's code throws where nothing catches it does not end
 * the process.
 *
 * @throws TypeError when a screen is not as it should be, or an upstream has no address
 */
export async function createApp<Table extends UpstreamTable, More extends Spec>(
  bff: Bff<Table, More>,
  settings: SettingValues<More>,
  options: AppOptions,
): Promise<App> {
  const { name, prefix } = bff;
  const { logger, metrics, clock = systemClock, random = Math.random } = options;
  const keyRing = options.identityKeys ?? (() => settings.IDENTITY_KEYS);
  const verifier = rebuiltOnRotation(keyRing, (keys) => createVerifier({ keys, audience: name, clock }));
  const formTokens = rebuiltOnRotation(keyRing, (keys) => createFormTokens({ keys, clock }));
  const gate = identityGate({
    verifier: { verify: (header) => verifier().verify(header) },
    replayGuard: createReplayGuard({ clock }),
    admitsVisitors: bff.answers.admitsVisitors ?? false,
    // The gateway signed the request's id: where a header says otherwise, the header is wrong.
    onVerified: (res, identity) => record(res).setRequestId(identity.requestId),
    onRefusal: (res, reason) => {
      const { requestId, trace } = record(res);
      logger.warn({ requestId, traceId: trace.traceId, reason }, "identity refused");
    },
  });
  for (const { name: screen, budget } of bff.answers.screens ?? [])
    metrics.setDeadline(screen, budget.deadlineMs);
  const connections = connect(bff.upstreams, settings, { metrics, clock, random, userAgent: name, logger });
  const answer = await bff.answers.open({
    clients: connections.clients,
    caller: (req, res) => callerOf(gate.identityOf(res), record(res), req),
    arrivedAt: (res) => record(res).startedAt,
    onMatch: (res, screen) => void (record(res).screen = screen),
    report: screenReporter({ logger }),
    formTokens: {
      issue: (userId) => formTokens().issue(userId),
      accepts: (userId, token) => formTokens().accepts(userId, token),
    },
    apiKeyIdOf: (res) => gate.identityOf(res).apiKeyId,
    allowHttp: settings.NODE_ENV === "development",
    settings,
    logger,
    clock,
    random,
  });

  OPENED.publish(bff);
  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  app.disable("etag");
  if (bff.headers !== undefined) {
    const headers = new Map(Object.entries(bff.headers));
    app.use((_req, res, next) => {
      res.setHeaders(headers);
      next();
    });
  }
  const enter = inbound({ name, logger, metrics, clock, random, tracing: options.tracing });
  app.use(enter);
  if (settings.NODE_ENV === "development" && bff.answers.developmentPages !== undefined) {
    const identityOf = (userId: string) => mintFor(userId, name, keyRing(), clock);
    app.use(prefix, await bff.answers.developmentPages(prefix, identityOf));
  }
  app.use(gate.check);
  const onStray = (err: unknown) => logger.error({ err }, "nothing caught this error of the app's code");
  app.use(prefix, (req, res, next) => contain(onStray, () => answer(req, res, next)));
  app.use(notFoundHandler);
  app.use(problemHandler({ logger, ...(bff.problemPage === undefined ? {} : { page: bff.problemPage }) }));
  const { direct: find } = answer;
  const { headers = {} } = bff;
  const way = { app, prefix, headers, gate, begin: enter.begin, onStray };
  return {
    app: find === undefined ? app : directWay({ ...way, find }),
    overloadPage: bff.problemPage,
    close: connections.close,
  };
}

/** The caller, from the verified identity only, with what is passed on to the services. */
function callerOf(identity: Identity, { trace }: RequestRecord, req: IncomingMessage): Caller {
  return {
    ...forwardedOf(identity, req.rawHeaders),
    claims: identity.claims,
    traceId: trace.traceId,
    traceFlags: trace.flags.toString(16).padStart(2, "0"),
    traceState: trace.state,
  };
}

/**
 * An identity of a sample user, signed as the gateway would.
 *
 * @throws IdentityError if the user id is malformed
 */
function mintFor(userId: string, audience: string, [key]: readonly IdentityKey[], clock: Clock): string {
  if (key === undefined) throw new TypeError("there is no identity key to sign with");
  return createMinter({ ...key, clock }).mint({ userId, audience, requestId: randomUUID() });
}

/** Something made from the key ring, rebuilt when the ring changes. */
function rebuiltOnRotation<Made>(
  keyRing: () => readonly IdentityKey[],
  make: (keys: readonly IdentityKey[]) => Made,
): () => Made {
  let keys = keyRing();
  let made = make(keys);
  return () => {
    const now = keyRing();
    if (now !== keys) {
      made = make(now);
      keys = now;
    }
    return made;
  };
}
