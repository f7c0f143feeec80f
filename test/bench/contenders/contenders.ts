import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../load/gateway.ts";

/** The repository's root. */
export const ROOT = join(import.meta.dirname, "../../..");
/** The peers' folder. It has a package.json and a lockfile of its own and is no workspace. */
export const PEERS_FOLDER = join(import.meta.dirname, "../peers");

/** A program that answers a page: one of the project's, or one that it is compared with. */
export type Contender = {
  readonly name: string;
  readonly app: App;
  /** Node's arguments: its options, the program's path, the program's arguments. */
  readonly command: readonly string[];
  /** Settings beside the services' addresses and the gateway's keys. */
  readonly env?: Readonly<Record<string, string>>;
  /** What its client sends, instead of what the gateway would. Called for each request. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Takes the page out of an answer that holds more. Default: the answer is the page. */
  readonly read?: (answer: unknown) => unknown;
  /**
   * Whether its packages are in `peers`, installed on demand. One that does not run is left out.
   */
  readonly peer?: true;
  /** Another commit of the project. Its page may have been another one. */
  readonly older?: true;
};

/** The web BFF's home page. */
export const WEB: App = { name: "web-bff", method: "GET", path: "/web/home-page", body: null };
/** The same as HTML, whose sections are streamed in the document's order. */
const WEB_PAGE: App = { ...WEB, headers: { accept: "text/html", "user-agent": "curl/8.5.0" } };
/** The mobile BFF's home screen. */
export const MOBILE: App = { name: "mobile-bff", method: "GET", path: "/mobile/home", body: null };
/** The home query that partners registered. */
export const PARTNER: App = {
  name: "partner-bff",
  method: "POST",
  path: "/partner/graphql",
  body: JSON.stringify({ query: homeQuery() }),
};

/** The web BFF as it ships, with everything on. */
export const WEB_BFF = project(WEB);
/** The web BFF, asked for HTML. */
export const WEB_HTML: Contender = { ...project(WEB_PAGE), read: withoutNonces };
/** The mobile BFF as it ships. */
export const MOBILE_BFF = project(MOBILE);
/** The partner BFF as it ships. */
export const PARTNER_BFF: Contender = { ...project(PARTNER), read: dataOf };

/** The programs of `by-hand`. */
const BY_HAND = {
  bare: "bare node:http + undici.request",
  "bare-html": "bare node:http + undici.request, the same views",
  "express-fetch": "express + global fetch",
} as const;

/** The ruler for the web BFF. */
export const BARE_WEB = byHand(WEB, "bare");
/** The ruler for HTML: it renders the same with the same library. */
export const BARE_HTML: Contender = { ...byHand(WEB_PAGE, "bare-html"), read: withoutNonces };
/** The ruler for the mobile BFF. */
export const BARE_MOBILE = byHand(MOBILE, "bare");
/** The web page as most people write it. */
export const FETCH_WEB = byHand(WEB, "express-fetch");
/** The mobile page as most people write it. */
export const FETCH_MOBILE = byHand(MOBILE, "express-fetch");

/** The web BFF with room for thousands of pages in flight. */
export const ROOMY_WEB_BFF: Contender = {
  name: "web-bff with room",
  app: WEB,
  command: [join(import.meta.dirname, "roomy/main.ts")],
};

/** The web page as the documentation of other frameworks and clients has it. */
export const WEB_PEERS: readonly Contender[] = [
  peer("fastify + undici.request", WEB, "rest.js", "fastify-undici"),
  {
    ...peer("express + undici.request + OpenTelemetry, not sampled", WEB, "rest.js", "express-undici"),
    env: {
      NODE_OPTIONS: `--require ${join(PEERS_FOLDER, "node_modules/@opentelemetry/auto-instrumentations-node/dist/register.cjs")}`,
      OTEL_METRICS_EXPORTER: "none",
      OTEL_LOGS_EXPORTER: "none",
      // Otherwise it asks the network which cloud it is in.
      OTEL_NODE_RESOURCE_DETECTORS: "none",
    },
  },
  peer("express + axios", WEB, "rest.js", "express-axios"),
  peer("NestJS + @nestjs/axios", WEB, "rest.js", "nestjs-axios"),
];

/** The ruler for the partner BFF. */
export const APOLLO: Contender = {
  ...peer("Apollo Server + datasource-rest", PARTNER, "apollo.js"),
  read: dataOf,
};

/** The program of one of the project's BFFs. @param root another checkout's; default this one's */
export function project(app: App, root = ROOT): Contender {
  const command = started(join(root, "apps", app.name, "src/main.ts"), root);
  return { name: `${app.name}, everything on`, app, command };
}

/** With what V8 compiled kept for the next start. An older checkout may lack the program for it. */
export function started(main: string, root = ROOT): readonly string[] {
  const start = join(root, "packages/service-kit/src/start.js");
  return existsSync(start) ? [start, main] : [main];
}

function byHand(app: App, program: keyof typeof BY_HAND): Contender {
  return {
    name: BY_HAND[program],
    app,
    command: [
      ...started(join(import.meta.dirname, "by-hand/main.ts")),
      program,
      app.name === "web-bff" ? "web" : "mobile",
    ],
  };
}

function peer(name: string, app: App, program: string, ...args: readonly string[]): Contender {
  return { name, app, command: [join(PEERS_FOLDER, program), ...args], peer: true };
}

/** Each answer has a nonce of its own. */
function withoutNonces(page: unknown): string {
  return String(page).replaceAll(/nonce="[^"]*"/g, "nonce");
}

/** The data of a GraphQL answer. @throws TypeError for one that failed or lacks a part */
function dataOf(answer: unknown): unknown {
  const { data, errors, extensions } = Object(answer);
  const degraded: unknown = Object(extensions).degraded ?? [];
  if (data === undefined || errors !== undefined || !Array.isArray(degraded) || degraded.length > 0) {
    throw new TypeError(`expected a whole GraphQL answer, got ${JSON.stringify(answer)}`);
  }
  return data;
}

function homeQuery(): string {
  const folder = join(ROOT, "apps/partner-bff/contracts/operations");
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const text = texts.find((candidate) => candidate.startsWith("query Home("));
  if (text !== undefined) return text;
  throw new Error(`expected a registered query named Home in ${folder}, found none`);
}
