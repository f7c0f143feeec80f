/** A rule about what files of a room may reach. Every part that stands in it must hold. */
export interface Rule {
  readonly name: string;
  /** Said to whoever breaks it: where the code belongs, and why. */
  readonly reason: string;
  /** Globs from the root. */
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** Globs of the only workspaces of ours that may be imported, besides the file's own. */
  readonly ours?: readonly string[];
  /** The only packages of others that may be imported. Node's own modules are not meant. */
  readonly packages?: readonly string[];
  /** Globs of packages and of Node's modules that may not be imported. */
  readonly never?: readonly string[];
  /** The same, but their types may be. */
  readonly neverRuns?: readonly string[];
  /** Matches a name, text or number that the code may not mention. */
  readonly neverSays?: RegExp;
  /** The environment may not be read. */
  readonly noEnvironment?: true;
  /** There may be no such file at all. */
  readonly noFile?: true;
}

/** What does not ship. */
export const TESTS = ["**/*.test.ts", "**/testing/**", "**/fixtures/**"];

const PACKAGES = [
  "@triptych/domain-clients",
  "@triptych/identity",
  "@triptych/screen",
  "@triptych/service-kit",
  "@triptych/upstream-client",
];

/** Libraries that decide who may call, and how often. */
const POLICY_LIBRARIES = [
  "jose",
  "jsonwebtoken",
  "express-jwt",
  "jwks-rsa",
  "passport*",
  "openid-client",
  "oauth4webapi",
  "express-rate-limit",
  "express-slow-down",
  "rate-limiter-flexible",
  "bottleneck",
];

/**
 * Words of who may call, and how often: credentials, roles and scopes, rate limits, identities minted or checked by hand. A BFF's
 * code has no other use for them.
 */
const POLICY_WORDS =
  /^(?:(?:proxy-)?authorization|create(?:Hmac|Verify)|timingSafeEqual|subtle|jwt(?:Verify|Decrypt)|decodeJwt|(?:set-)?cookies?|x-api-key|api-?keys?|bearer|(?:has|require|check|user|allowed)?(?:roles?|permissions?)|is-?admin|(?:x-)?rate-?limit(?:s|er|ed|ing|-.*)?|\.scopes?|create(?:Txn)?Minter|createTxnVerifier|429)$/i;

/** Ways to the network that need no import, and to whatever else is not imported by its name. */
const NETWORK_GLOBALS =
  /^(?:fetch|WebSocket|EventSource|XMLHttpRequest|getBuiltinModule|createRequire|eval|Function)$/;

/** The same, and what leads to all of them: a screen needs nothing that it does not import. */
const ANYTHING_GLOBAL = new RegExp(`${NETWORK_GLOBALS.source}|^(?:globalThis|global|process|require)$`);

/** Libraries and modules that reach the network, a database that belongs to a service, or another program that does. */
const NETWORK_MODULES = [
  "undici",
  "axios",
  "got",
  "ky",
  "node-fetch",
  "superagent",
  "ws",
  "needle",
  "phin",
  "ofetch",
  "wretch",
  "socket.io*",
  "@grpc/*",
  "pg",
  "mysql*",
  "mongo*",
  "redis",
  "ioredis",
  "@redis/*",
  "kafkajs",
  "amqplib",
  "mqtt",
  "nats",
  "node:sqlite",
  "node:child_process",
  "node:cluster",
  "node:inspector",
  "node:vm",
  "node:worker_threads",
  "node:https",
  "node:http2",
  "node:net",
  "node:tls",
  "node:dgram",
  "node:dns",
  "node:dns/promises",
];

/** Libraries that give an answer its shape. */
const SHAPING_LIBRARIES = [
  "@apollo/*",
  "graphql",
  "graphql-*",
  "dataloader",
  "preact",
  "preact-*",
  "react",
  "react-*",
  "vue",
  "htm",
  "ejs",
  "handlebars",
  "eta",
  "liquidjs",
  "mustache",
  "nunjucks",
  "pug",
  "jmespath",
];

/** The table of the design: who may import whom. */
export const RULES: readonly Rule[] = [
  {
    name: "the upstream client knows HTTP and nothing of ours",
    reason:
      "It is used under every domain client, so what it imported would reach every screen: what knows a domain belongs in packages/domain-clients, what knows screens in packages/screen.",
    files: ["packages/upstream-client/**"],
    ours: [],
  },
  {
    name: "the upstream client uses undici, cache and telemetry libraries only",
    reason:
      "What knows a domain or its format belongs in packages/domain-clients, what knows a web framework in packages/screen or an app: this package has to stay right for all of them.",
    files: ["packages/upstream-client/src/**"],
    except: TESTS,
    packages: ["undici", "@redis/client", "http-cache-semantics", "lru-cache", "@opentelemetry/*"],
  },
  {
    name: "domain clients import the upstream client alone",
    reason:
      "They say what a service answers, for every client: what one client makes of it belongs in its BFF's src/screens.",
    files: ["packages/domain-clients/**"],
    except: TESTS,
    ours: ["@triptych/upstream-client"],
  },
  {
    name: "a screen knows the upstream client's outcomes, and no domain",
    reason:
      "Screens of every BFF run on this package: what is about one service belongs in packages/domain-clients, what is about one client in its BFF.",
    files: ["packages/screen/**"],
    ours: ["@triptych/upstream-client"],
  },
  {
    name: "identity and service-kit stand alone",
    reason:
      "The gateway uses them too, and must not reach a screen or a domain client through them: what needs two packages belongs in an app.",
    files: [
      "packages/identity/**",
      "packages/service-kit/**",
      "packages/contract-codegen/**",
      "packages/contract-guard/**",
    ],
    ours: [],
  },
  {
    name: "an app imports packages, never another app or the tests",
    reason:
      "Each app ships alone: what two need belongs in packages/, or is rightly written twice, as it changes with its client.",
    files: ["apps/*/**"],
    except: TESTS,
    ours: PACKAGES,
  },
  {
    name: "a BFF holds no policy",
    reason:
      "Who may call, and how often, belongs in the gateway (apps/gateway/src/policies), which decides it once for all clients: a check in one BFF is a hole in the others.",
    files: ["apps/*-bff/**"],
    // What a front-end project installs speaks of its own requests.
    except: [...TESTS, "apps/*-bff/client/**"],
    never: POLICY_LIBRARIES,
    neverSays: POLICY_WORDS,
  },
  {
    name: "a BFF reaches services through its upstreams",
    reason:
      "A call belongs in packages/domain-clients, connected in the app's upstreams.ts: only there has it a deadline, a retry budget and a breaker.",
    files: ["apps/*-bff/src/**"],
    // What a page runs in the browser, which has no other way.
    except: [...TESTS, "apps/*-bff/src/**/page/*.js"],
    never: NETWORK_MODULES,
    neverRuns: ["node:http"],
    neverSays: NETWORK_GLOBALS,
  },
  {
    name: "a screen declares, it does not transport",
    reason:
      "Calls belong in packages/domain-clients, HTTP in packages/upstream-client, Express and settings in the app's app.ts and main.ts: a screen can then be tested and described without them.",
    files: ["apps/*-bff/src/screens/**"],
    except: TESTS,
    ours: ["@triptych/domain-clients", "@triptych/screen"],
    packages: ["typebox"],
    never: ["node:*"],
    neverSays: ANYTHING_GLOBAL,
  },
  {
    name: "the gateway shapes nothing",
    reason:
      "What an answer looks like, and which services it needs, belongs in the client's BFF (apps/*-bff/src/screens): the gateway checks, limits and passes on, so no client waits for its team.",
    files: ["apps/gateway/**"],
    except: TESTS,
    ours: ["@triptych/identity", "@triptych/service-kit"],
    never: SHAPING_LIBRARIES,
  },
  {
    name: "the gateway has no screens",
    reason:
      "Screens, views and resolvers belong in the client's BFF (apps/*-bff/src): the gateway checks, limits and passes on, so no client waits for its team.",
    files: ["apps/gateway/**/{screens,views,resolvers,templates,shapes}/**"],
    noFile: true,
  },
  {
    name: "the reverse proxy is configuration",
    reason: "Code that reads a request belongs in the gateway (apps/gateway), where it is tested and owned.",
    files: ["apps/reverse-proxy/**/*.{ts,mts,cts,js,mjs,cjs,lua}"],
    except: TESTS,
    noFile: true,
  },
  {
    name: "a domain service knows nothing of ours",
    reason:
      "Services do not know that clients exist; what a client needs of them belongs in packages/domain-clients, and the samples must not agree with it by sharing code.",
    files: ["test/domain-services/**"],
    ours: [],
  },
  {
    name: "a composition puts whole apps together, and holds nothing of its own",
    reason:
      "It is the one place that may import apps, so that a small team runs them as one process without a fork: what it would add of policy belongs in the gateway (apps/gateway/src/policies), of screens in the client's BFF (apps/*-bff/src/screens), of what every program has in packages/service-kit.",
    files: ["apps/all-in-one/**"],
    except: TESTS,
    ours: [
      "@triptych/gateway",
      "@triptych/gateway-app",
      "@triptych/identity",
      "@triptych/*-bff",
      "@triptych/service-kit",
    ],
    // No library at all: what needs one is no putting together.
    packages: [],
    never: NETWORK_MODULES,
    neverSays: NETWORK_GLOBALS,
  },
  {
    name: "scripts start programs, they do not import them",
    reason:
      "An app that is imported runs in the launcher's process and environment, not in its own: what both need belongs in packages/service-kit or packages/identity.",
    files: ["packages/cli/src/**"],
    ours: PACKAGES,
  },
  {
    name: "only a program's main reads the environment",
    reason:
      "Reading settings belongs in main.ts, what they are in settings.ts: everything else is handed its values, and can be tested without them.",
    files: ["apps/**", "packages/**", "test/domain-services/**", "packages/cli/src/*/**"],
    except: [...TESTS, "**/main.ts"],
    noEnvironment: true,
  },
];
