/** A rule about what files of a room may reach. Every part that stands in it must hold. */
export interface Rule {
  readonly name: string;
  /** Said to whoever breaks it: where the code belongs, and why. */
  readonly reason: string;
  /** Globs from the root. */
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** The only workspaces of ours that may be imported, besides the file's own. */
  readonly ours?: readonly string[];
  /** The only packages of others that may be imported. Node's own modules are not meant. */
  readonly packages?: readonly string[];
  /** Globs of packages and of Node's modules that may not be imported. */
  readonly never?: readonly string[];
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

/** Libraries that give an answer its shape. */
const SHAPING_LIBRARIES = [
  "@apollo/*",
  "graphql",
  "graphql-*",
  "dataloader",
  "preact",
  "preact-*",
  "htm",
  "ejs",
  "handlebars",
];

/** The table of the design: who may import whom. */
export const RULES: readonly Rule[] = [
  {
    name: "the upstream client knows HTTP and nothing of ours",
    reason: "It is used under every domain client: what it imported would reach every screen.",
    files: ["packages/upstream-client/**"],
    ours: [],
  },
  {
    name: "the upstream client uses undici, cache and telemetry libraries only",
    reason: "A library that knows a domain, a web framework or a format belongs in the layer above.",
    files: ["packages/upstream-client/src/**"],
    except: TESTS,
    packages: ["undici", "@redis/client", "http-cache-semantics", "lru-cache", "@opentelemetry/*"],
  },
  {
    name: "domain clients import the upstream client alone",
    reason: "They say what a service answers; what a screen makes of it belongs in the BFF's screens.",
    files: ["packages/domain-clients/**"],
    except: TESTS,
    ours: ["@triptych/upstream-client"],
  },
  {
    name: "a screen knows the upstream client's outcomes, and no domain",
    reason: "Screens of every BFF run on it: what it knew of one domain, all would carry.",
    files: ["packages/screen/**"],
    ours: ["@triptych/upstream-client"],
  },
  {
    name: "identity and service-kit stand alone",
    reason: "The gateway uses them too, and it must not reach a screen or a domain client through them.",
    files: ["packages/identity/**", "packages/service-kit/**", "packages/contract-codegen/**"],
    ours: [],
  },
  {
    name: "an app imports packages, never another app or the tests",
    reason: "Each app ships alone. What two need is either a package, or rightly written twice.",
    files: ["apps/*/**"],
    except: TESTS,
    ours: PACKAGES,
  },
  {
    name: "a BFF holds no policy",
    reason: "Who may call, and how often, is decided in the gateway (apps/gateway), once for all clients.",
    files: ["apps/*-bff/**"],
    except: TESTS,
    never: POLICY_LIBRARIES,
  },
  {
    name: "a screen declares, it does not transport",
    reason:
      "HTTP, Express and settings belong in the app's main.ts, app.ts and upstreams.ts: a screen can then be tested and described without them.",
    files: ["apps/*-bff/src/screens/**"],
    except: TESTS,
    ours: ["@triptych/domain-clients", "@triptych/screen"],
    never: ["undici", "express", "node:http", "node:https", "node:http2", "node:net", "node:tls"],
  },
  {
    name: "the gateway shapes nothing",
    reason: "What an answer looks like is the BFFs' business: the gateway checks, limits and passes on.",
    files: ["apps/gateway/**"],
    except: TESTS,
    ours: ["@triptych/identity", "@triptych/service-kit"],
    never: SHAPING_LIBRARIES,
  },
  {
    name: "the reverse proxy is configuration",
    reason: "Code that reads a request belongs in the gateway (apps/gateway).",
    files: ["apps/reverse-proxy/**/*.{ts,mts,cts,js,mjs,cjs,lua}"],
    except: TESTS,
    noFile: true,
  },
  {
    name: "a domain service knows nothing of ours",
    reason:
      "Services do not know that clients exist; the samples must not agree with the clients by sharing code.",
    files: ["test/domain-services/**"],
    ours: [],
  },
  {
    name: "scripts start programs, they do not import them",
    reason: "An app that is imported runs in the launcher's process and environment, not in its own.",
    files: ["scripts/**"],
    ours: PACKAGES,
  },
  {
    name: "only a program's main reads the environment",
    reason: "Settings are read once, checked, and handed on: everything else can be tested without them.",
    files: ["apps/**", "packages/**", "test/domain-services/**", "scripts/*/**"],
    except: [...TESTS, "**/main.ts"],
    noEnvironment: true,
  },
];
