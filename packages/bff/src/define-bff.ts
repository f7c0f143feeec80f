import type { IncomingMessage, ServerResponse } from "node:http";
import type { AnyScreen, AppVersion, MountedScreens, ScreenReport } from "@triptych/screen";
import type { OpenApiDocument } from "@triptych/screen/describe";
import {
  adminPort,
  commit,
  drainDelay,
  host,
  identityKeys,
  logLevel,
  nodeEnv,
  port,
  redisUrl,
  tracingSettings,
} from "@triptych/service-kit";
import type { Logger, ProblemPage, Setting, SettingsOf } from "@triptych/service-kit";
import type { CallScope, Caller, Clock, Random } from "@triptych/upstream-client";
import type { RequestHandler } from "express";
import { upstreamSettings } from "./upstreams.ts";
import type { AddressSettings, ClientsOf, UpstreamTable } from "./upstreams.ts";

/** Settings by the names of their variables. */
export type Spec = Readonly<Record<string, Setting<unknown>>>;

/** The settings that every BFF reads, besides its upstreams' addresses. */
function usualSettings(defaultPort: number) {
  return {
    PORT: port({ default: defaultPort }),
    ADMIN_PORT: adminPort(),
    HOST: host(),
    DRAIN_DELAY_MS: drainDelay(),
    IDENTITY_KEYS: identityKeys(),
    REDIS_URL: redisUrl(),
    LOG_LEVEL: logLevel(),
    COMMIT: commit(),
    ...tracingSettings(),
    NODE_ENV: nodeEnv(),
  };
}

/** What every BFF reads from its environment. */
export type UsualSettings = ReturnType<typeof usualSettings>;

/** The values of a BFF's settings; the upstreams' addresses are among them under their names. */
export type SettingValues<More extends Spec> = SettingsOf<UsualSettings> & SettingsOf<More>;

/** What the chassis hands to whatever answers. */
export interface AnswerTools<Clients, Settings = unknown> {
  /** The domain services, bound to one section's scope. */
  readonly clients: (scope: CallScope) => Clients;
  /** Who asks, from the verified identity, and what of the request travels on to the services. */
  readonly caller: (req: IncomingMessage, res: ServerResponse) => Caller;
  /** When a request arrived, on `clock`. */
  readonly arrivedAt: (res: ServerResponse) => number;
  /** Names the screen in the log and the metrics, as soon as it is known. */
  readonly onMatch: (res: ServerResponse, screen: string) => void;
  /** Puts a finished request's report into its log line and the metrics. */
  readonly report: (res: ServerResponse, report: ScreenReport) => void;
  /** Issues and accepts the tokens of HTML forms. */
  readonly formTokens: {
    readonly issue: (userId: string) => string;
    readonly accepts: (userId: string, token: string) => boolean;
  };
  /** The id of the partner's API key; undefined for a caller without one. */
  readonly apiKeyIdOf: (res: ServerResponse) => string | undefined;
  /** Whether clients may get `http:` addresses of services: in development only. */
  readonly allowHttp: boolean;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

/** Answers requests, and knows which ones it can answer without a router. */
export type AnswerHandler = RequestHandler & Partial<Pick<MountedScreens, "direct">>;

/** What a BFF answers with. `screens()` makes it of screens; another protocol brings its own. */
export interface Answers<Clients, Settings = unknown> {
  /** Made once at start-up; it sees only requests that the identity gate let through. */
  readonly open: (tools: AnswerTools<Clients, Settings>) => AnswerHandler | Promise<AnswerHandler>;
  /**
   * Pages for people who build a client: development only, in front of the identity gate.
   * @param identityOf mints an `X-Identity` for a sample user, so that a page can send requests
   */
  readonly developmentPages?: (
    prefix: string,
    identityOf: (userId: string) => string,
  ) => Promise<RequestHandler>;
  /** Whether it has answers for visitors without a login. Default: they are refused. */
  readonly admitsVisitors?: boolean;
  /** The screens, for checks that go through all of them; missing where there are none. */
  readonly screens?: readonly AnyScreen<Clients>[];
  /**
   * The contract that the code describes (OpenAPI 3.1); missing where it is written by hand.
   *
   * @param version of the released client it is for; by default the newest
   */
  readonly contract?: (prefix: string, version?: AppVersion) => Promise<OpenApiDocument>;
}

/** What differs from one BFF to another. */
export interface BffOptions<Table extends UpstreamTable, More extends Spec> {
  /** The `aud` of its identities, and its name in logs and metrics. */
  readonly name: `${string}-bff`;
  /** What the path of its clients' requests starts with. */
  readonly prefix: `/${string}`;
  /** The default of `PORT`. */
  readonly port: number;
  /** The domain services that it uses: only those. */
  readonly upstreams: Table;
  /** Settings beyond the usual ones and the upstreams' addresses. */
  readonly settings?: More;
  readonly answers: Answers<ClientsOf<Table>, SettingValues<More>>;
  /** Headers of every answer, refusals included. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Renders a problem for a client that prefers `text/html`. What it renders for `overloaded` is
   * made once, and sent to browsers while there is no time for a request: it may hold no nonce.
   */
  readonly problemPage?: ProblemPage;
}

/** A BFF, ready to be started, mounted in another process, or tested. */
export interface Bff<
  Table extends UpstreamTable = UpstreamTable,
  More extends Spec = Spec,
> extends BffOptions<Table, More> {
  /** Every variable that it reads from its environment. */
  readonly settings: UsualSettings & AddressSettings<Table> & More;
}

/** Completes a BFF's definition with the settings that all BFFs have. Has no side effects. */
export function defineBff<
  const Table extends UpstreamTable,
  // oxlint-disable-next-line typescript/no-empty-object-type -- no settings of its own
  const More extends Spec = {},
>(options: BffOptions<Table, More>): Bff<Table, More> {
  const settings = {
    ...usualSettings(options.port),
    ...upstreamSettings(options.upstreams),
    ...options.settings,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- upstreamSettings has a member per name of the table, which no type guard can tell the compiler
  return { ...options, settings: settings as Bff<Table, More>["settings"] };
}
