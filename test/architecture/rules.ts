import {
  ANY_GLOBAL,
  BFF_BUILTINS,
  BFF_PACKAGES,
  CALLS_OUT,
  NETWORK_GLOBALS,
  NETWORK_MODULES,
  POLICY_ACTS,
  POLICY_WORDS,
  SENDERS,
  SHAPING_LIBRARIES,
} from "./lists.ts";

/** A rule about what files of a room may reach. A file must satisfy each part that the rule has. */
export interface Rule {
  readonly name: string;
  /** Shown with each violation: where the code belongs, and why. */
  readonly reason: string;
  /** Globs from the root. */
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** Globs of the only packages of ours that may be imported, besides the file's own. */
  readonly ours?: readonly string[];
  /**
   * Globs of the only packages of others that may be imported. Node's own modules are not
   * restricted by it.
   */
  readonly packages?: readonly string[];
  /** Globs of packages and of Node's modules that may not be imported. */
  readonly never?: readonly string[];
  /** Like `never`, but importing types is allowed. */
  readonly neverRuns?: readonly string[];
  /** Globs of the only modules of Node's that may be imported. */
  readonly builtins?: readonly string[];
  /** Globs of the only files of ours that may import these modules of this workspace, by path. */
  readonly onlyFrom?: Readonly<Record<string, readonly string[]>>;
  /** Whatever these files import by path, and what that imports, obeys the rule, too. */
  readonly reaches?: true;
  /** Matches something that the code may not do: see `References.acts`. */
  readonly neverDoes?: RegExp;
  /** Matches a name, text or number that the code may not contain. */
  readonly neverSays?: RegExp;
  /** The environment may not be read. */
  readonly noEnvironment?: true;
  /**
   * Nothing below `testing`, `fixtures` or an app's `client` may be imported, by path or by name.
   */
  readonly neverTests?: true;
  /** There may be no such file at all. */
  readonly noFile?: true;
}

/** Code that does not ship. */
export const TESTS = ["**/*.test.ts", "**/testing/**", "**/fixtures/**"];

/** Packages that develop and test the system. No image contains them. */
export const TOOLS = ["testing", "cli", "console", "contract-codegen", "contract-guard", "create-triptych"];

const own = (...names: readonly string[]): string[] => names.map((name) => `@triptych/${name}`);
const within = (...names: readonly string[]): string[] => names.map((name) => `packages/${name}/**`);

/** The parts of the sample shop. The platform works when they are deleted. */
const SHOP = own("*-bff", "gateway-app", "all-in-one", "domain-clients", "test");

function bffLibraries(name: string): Rule {
  const special = Object.keys(BFF_PACKAGES).filter((one) => one !== "every");
  return {
    name: `${name === "*-bff" ? "a BFF" : name} uses the libraries on its list`,
    reason:
      "A library may hold policy or call out by itself. A new one belongs in the BFF's list, BFF_PACKAGES in test/architecture/lists.ts, after the platform team has looked at it.",
    files: [`apps/${name}/src/**`],
    except: [...TESTS, ...(name === "*-bff" ? special.map((one) => `apps/${one}/**`) : [])],
    packages: [...BFF_PACKAGES.every, ...(name === "partner-bff" ? BFF_PACKAGES["partner-bff"] : [])],
    builtins: BFF_BUILTINS,
  };
}

/** Who may import whom: the table of the design, one rule or more for each of its rows. */
export const RULES: readonly Rule[] = [
  {
    name: "the upstream client knows nothing of ours",
    reason:
      "Every domain client uses it, so what it imported would reach every screen: what knows a domain belongs in packages/domain-clients, what knows screens in packages/screen.",
    files: within("upstream-client"),
    ours: own("testing"),
  },
  {
    name: "the upstream client uses HTTP, OAuth, cache and telemetry libraries",
    reason:
      "What knows a domain belongs in packages/domain-clients, what knows a web framework in packages/screen or packages/bff: this package has to stay right for all of them.",
    files: ["packages/upstream-client/src/**"],
    except: TESTS,
    // typebox checks answers against their contract (src/contract).
    packages: ["undici", "oauth4webapi", "@redis/client", "lru-cache", "@opentelemetry/*", "typebox"],
  },
  {
    name: "domain clients import the upstream client only",
    reason:
      "They say what a service answers, for every client: what one client makes of it belongs in its BFF's src/screens.",
    files: within("domain-clients"),
    except: TESTS,
    ours: own("upstream-client"),
  },
  {
    name: "a screen knows the upstream client's outcomes, and no domain",
    reason:
      "Screens of every BFF run on this package: what is about one service belongs in packages/domain-clients, what is about one client in its BFF.",
    files: within("screen"),
    ours: own("upstream-client", "testing"),
  },
  {
    name: "identity and service-kit import nothing of ours",
    reason:
      "The gateway uses them too, and must not reach a screen or a domain client through them: what needs two packages belongs in packages/bff, packages/gateway or an app.",
    files: within("identity", "service-kit", "contract-guard"),
    ours: own("testing"),
  },
  {
    name: "the generator knows the readers of what it generates, and no domain",
    reason:
      "Contracts are its input, and it reads their examples as the readers would: what is about one service belongs in packages/domain-clients.",
    files: within("contract-codegen"),
    ours: own("testing", "upstream-client"),
  },
  {
    name: "the chassis knows screens, and no client",
    reason:
      "Every BFF runs on it: what is about one service belongs in packages/domain-clients, what is about one client in its BFF, policy in the gateway.",
    files: within("bff"),
    except: TESTS,
    ours: own("screen", "identity", "service-kit", "upstream-client"),
  },
  {
    name: "an app imports packages, never another app or the tests",
    reason:
      "Each app ships alone: what two need belongs in packages/, or is rightly written twice, as it changes with its client.",
    files: ["apps/*/**"],
    except: [...TESTS, "apps/all-in-one/**"],
    ours: own("bff", "domain-clients", "gateway", "identity", "screen", "service-kit", "upstream-client"),
  },
  {
    name: "a BFF holds no policy",
    reason:
      "Who may call, and how often, belongs in the gateway (packages/gateway/src/policies), which decides it once for all clients: a check in one BFF is a hole in the others.",
    files: ["apps/*-bff/**"],
    // What a front-end project installs speaks of its own requests.
    except: [...TESTS, "apps/*-bff/client/**"],
    never: own("gateway"),
    neverSays: POLICY_WORDS,
    neverDoes: POLICY_ACTS,
  },
  ...[...Object.keys(BFF_PACKAGES).filter((name) => name !== "every"), "*-bff"].map(bffLibraries),
  {
    name: "a BFF reaches services through its upstreams",
    reason:
      "A call belongs in packages/domain-clients, connected in the app's upstreams.ts: only there does it have a deadline, a retry budget and a breaker.",
    files: ["apps/*-bff/src/**"],
    // A page's script runs in the browser, where fetch is the only way.
    except: [...TESTS, "apps/*-bff/src/**/page/*.js"],
    never: NETWORK_MODULES,
    neverRuns: ["node:http"],
    neverSays: NETWORK_GLOBALS,
    neverDoes: /^uses Upstream$/,
  },
  {
    name: "a screen declares, it does not transport",
    reason:
      "Calls belong in packages/domain-clients, HTTP in packages/upstream-client, Express and settings in packages/bff and the app's main.ts: a screen can then be tested and described without them.",
    files: ["apps/*-bff/src/screens/**"],
    except: TESTS,
    reaches: true,
    ours: own("domain-clients", "screen"),
    packages: ["typebox"],
    never: ["node:*", "node:*/*"],
    neverSays: ANY_GLOBAL,
  },
  {
    name: "the gateway shapes nothing",
    reason:
      "What an answer looks like, and which services it needs, belongs in the client's BFF (apps/*-bff/src/screens): the gateway checks, limits and passes on, so no client waits for its team.",
    files: ["apps/gateway/**", ...within("gateway")],
    except: TESTS,
    ours: own("gateway", "identity", "service-kit"),
    never: SHAPING_LIBRARIES,
  },
  {
    name: "the gateway calls one service for one answer",
    reason:
      "Merging two answers belongs in the client's BFF (apps/*-bff/src/screens): only forward/ sends a request to a service, once for each request, and nothing reads what comes back. shadow/ compares a second version's answer, which no client gets.",
    files: ["apps/gateway/**", ...within("gateway")],
    except: [...TESTS, ...CALLS_OUT],
    // node:net also reads addresses.
    neverRuns: [...NETWORK_MODULES.filter((name) => name !== "node:net"), "node:http"],
    neverSays: /^(?:fetch|WebSocket|EventSource|XMLHttpRequest)$/,
    neverDoes: /^(?:reads an answer|uses (?:connect|createConnection))$/,
    onlyFrom: { "packages/gateway/src/forward/send-request.ts": SENDERS },
  },
  {
    name: "the gateway builds no page",
    reason:
      "Markup belongs in the client's BFF (apps/*-bff/src/views). The one exception are the gateway's own pages, for what no BFF has seen: pages.ts.",
    files: ["apps/gateway/**", ...within("gateway")],
    except: [...TESTS, "packages/gateway/src/pages.ts"],
    neverDoes: /^writes markup$/,
  },
  {
    name: "the gateway has no screens",
    reason:
      "Screens, views and resolvers belong in the client's BFF (apps/*-bff/src): the gateway checks, limits and passes on, so no client waits for its team.",
    files: ["{apps,packages}/gateway/**/{screens,views,resolvers,templates,shapes}/**"],
    noFile: true,
  },
  {
    name: "every command to Redis has a deadline",
    reason:
      "A frozen Redis answers nothing, and the client's own time limit does not cover what was sent: a command belongs in packages/gateway/src/redis.ts (`run`) or in the cache's connection.",
    files: ["{apps,packages}/*/src/**"],
    except: [
      ...TESTS,
      "packages/gateway/src/redis.ts",
      "packages/upstream-client/src/cache/redis-connection.ts",
      // An index.ts speaks for its package.json too, which may depend on the client.
      "packages/{gateway,upstream-client}/src/index.ts",
    ],
    never: ["@redis/*", "redis", "ioredis"],
  },
  {
    name: "the reverse proxy is configuration",
    reason:
      "Code that reads a request belongs in the gateway (packages/gateway), where it is tested and owned.",
    files: ["apps/reverse-proxy/**/*.{ts,mts,cts,js,mjs,cjs,lua}"],
    except: TESTS,
    noFile: true,
  },
  {
    name: "a domain service knows nothing of ours but the tests' switches",
    reason:
      "Services do not know that clients exist. What a client needs of them belongs in packages/domain-clients: samples that shared code with it would prove nothing.",
    files: ["test/domain-services/**"],
    ours: own("testing"),
  },
  {
    name: "the composition puts whole apps together, and adds nothing",
    reason:
      "It may import apps, so that a small team runs them as one process without a fork: policy belongs in the gateway (packages/gateway/src/policies), a screen in the client's BFF (apps/*-bff/src/screens), what every program needs in packages/service-kit.",
    files: ["apps/all-in-one/**"],
    except: TESTS,
    ours: own("bff", "gateway", "gateway-app", "identity", "*-bff", "service-kit"),
    packages: [],
    never: NETWORK_MODULES,
    neverSays: NETWORK_GLOBALS,
  },
  {
    name: "what ships imports nothing that only tests use",
    reason:
      "Folders named testing, fixtures and client are left out of an image: what a program needs of them belongs in its app's own src, outside of such a folder.",
    files: ["apps/*/src/**", "packages/*/src/**"],
    except: [...TESTS, ...within(...TOOLS), "apps/*/src/contract/**"],
    neverTests: true,
  },
  {
    name: "tools do not ship",
    reason:
      "An image contains what its app imports, so a tool would ship with it: what both need belongs in packages/service-kit or packages/identity, which they both may import.",
    files: ["apps/*/**", "packages/*/**"],
    except: [...TESTS, "apps/*/src/contract/**", "apps/*/client/**", ...within(...TOOLS)],
    never: own(...TOOLS),
  },
  {
    name: "the platform knows nothing of the sample shop",
    reason:
      "Another company deletes the shop and keeps the rest: what is about the shop belongs in an app, packages/domain-clients or test/, and a test of the platform brings its own fixtures.",
    files: ["packages/**"],
    except: within("domain-clients"),
    never: SHOP,
  },
  {
    name: "tools start programs, they do not import them",
    reason:
      "An app that is imported runs in the launcher's process and environment, not in its own: what both need belongs in packages/service-kit or packages/identity.",
    files: within("cli", "console"),
    never: own("*-bff", "gateway", "gateway-app", "all-in-one"),
  },
  {
    name: "only a program's main reads the environment",
    reason:
      "Reading settings belongs in main.ts, what they are in settings.ts: everything else is handed its values, and can be tested without them.",
    files: ["apps/**", "packages/**", "test/domain-services/**"],
    except: [
      ...TESTS,
      "**/main.ts",
      "packages/{cli,create-triptych}/bin/**",
      "packages/cli/src/test-workspace.ts",
    ],
    noEnvironment: true,
  },
];
