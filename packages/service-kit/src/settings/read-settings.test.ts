import assert from "node:assert/strict";
import { test } from "node:test";
import {
  adminPort,
  drainDelay,
  choice,
  host,
  identityKeys,
  logLevel,
  nodeEnv,
  traceEndpoint,
  port,
  readSettings,
  redisUrl,
  SettingsError,
  urls,
} from "../index.ts";

const SECRET = Buffer.alloc(32, 7).toString("base64url");
const OTHER_SECRET = Buffer.alloc(40, 9).toString("base64url");

const SPEC = {
  PORT: port({ default: 8101 }),
  ADMIN_PORT: adminPort(),
  HOST: host(),
  DRAIN_DELAY_MS: drainDelay(),
  USERS_URL: urls(),
  ORDERS_URL: urls({ example: "http://127.0.0.1:9002" }),
  IDENTITY_KEYS: identityKeys(),
  REDIS_URL: redisUrl(),
  OTEL_EXPORTER_OTLP_ENDPOINT: traceEndpoint(),
  LOG_LEVEL: logLevel(),
  NODE_ENV: nodeEnv(),
};

const GOOD = {
  USERS_URL: "http://127.0.0.1:9001",
  ORDERS_URL: "https://a.example, https://b.example:8443/",
  IDENTITY_KEYS: `2026-01:${SECRET},2026-02:${OTHER_SECRET}`,
};

/** The complaint about one changed setting. */
function complaint(change: Record<string, string | undefined>): string {
  try {
    readSettings({ ...GOOD, ...change }, SPEC);
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    assert.equal(error.code, "bad-settings");
    for (const line of error.complaints) assert.doesNotMatch(line, /\p{Cc}/u, "one line each");
    return error.message;
  }
  return assert.fail("expected a SettingsError");
}

test("gives typed values, with the defaults of what is not set", () => {
  const settings = readSettings(GOOD, SPEC);
  // The types are part of the promise: this does not compile where they are wrong.
  const typed: {
    readonly PORT: number;
    readonly HOST: string | undefined;
    readonly DRAIN_DELAY_MS: number;
    readonly USERS_URL: string[];
    readonly LOG_LEVEL: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  } = settings;
  assert.deepEqual(
    { ...typed },
    {
      PORT: 8101,
      ADMIN_PORT: 9101,
      HOST: undefined,
      DRAIN_DELAY_MS: 0,
      USERS_URL: ["http://127.0.0.1:9001"],
      ORDERS_URL: ["https://a.example", "https://b.example:8443"],
      IDENTITY_KEYS: [
        { kid: "2026-01", secret: Buffer.alloc(32, 7) },
        { kid: "2026-02", secret: Buffer.alloc(40, 9) },
      ],
      REDIS_URL: undefined,
      OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
      LOG_LEVEL: "info",
      NODE_ENV: "development",
    },
  );
});

test("takes what is set, and an empty variable as not set", () => {
  const settings = readSettings(
    {
      ...GOOD,
      PORT: " 18101 ",
      HOST: "::1",
      DRAIN_DELAY_MS: "2000",
      REDIS_URL: "rediss://:pa55@cache:6379/1",
      LOG_LEVEL: "warn",
      NODE_ENV: "",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    },
    SPEC,
  );
  assert.equal(settings.PORT, 18_101);
  assert.equal(settings.ADMIN_PORT, 19_101);
  assert.equal(settings.HOST, "::1");
  assert.equal(settings.DRAIN_DELAY_MS, 2_000);
  assert.equal(settings.REDIS_URL, "rediss://:pa55@cache:6379/1");
  assert.equal(settings.LOG_LEVEL, "warn");
  assert.equal(settings.NODE_ENV, "development");
  assert.equal(settings.OTEL_EXPORTER_OTLP_ENDPOINT, "http://collector:4318");
});

function adminPortOf(env: Record<string, string>): number {
  return readSettings(env, { PORT: port({ default: 8101 }), ADMIN_PORT: adminPort() }).ADMIN_PORT;
}

test("ADMIN_PORT follows PORT, to a free port too, unless it is set", () => {
  assert.equal(adminPortOf({}), 9101);
  assert.equal(adminPortOf({ PORT: "0" }), 0);
  assert.equal(adminPortOf({ PORT: "5000", ADMIN_PORT: "0" }), 0);
  assert.equal(adminPortOf({ PORT: "5000", ADMIN_PORT: "7000" }), 7000);
  assert.equal(adminPortOf({ PORT: "64535" }), 65_535);
});

test("names every bad setting at once, in one line", () => {
  const message = complaint({ PORT: "eighty", USERS_URL: "localhost:9001", ORDERS_URL: undefined });
  assert.equal(
    message,
    "PORT is not a port: 'eighty' (expected a whole number from 0 to 65535, for example 8101)\n" +
      "USERS_URL is not a URL: 'localhost:9001' (did you mean http://localhost:9001?)\n" +
      "ORDERS_URL is missing: set it to the address of the orders service, for example http://127.0.0.1:9002",
  );
});

const CASES: readonly (readonly [string, Record<string, string | undefined>, RegExp])[] = [
  ["a negative port", { PORT: "-1" }, /^PORT is not a port: '-1'/],
  ["a port past the last", { PORT: "65536" }, /^PORT is not a port/],
  ["a port with a fraction", { PORT: "80.5" }, /^PORT is not a port/],
  ["a port in hexadecimal", { PORT: "0x50" }, /^PORT is not a port/],
  ["no room for the admin port", { PORT: "65000" }, /^ADMIN_PORT is missing: PORT \+ 1000 is 66000/],
  ["a delay past the longest", { DRAIN_DELAY_MS: "30001" }, /^DRAIN_DELAY_MS is '30001' .* from 0 to 30000/],
  ["a delay with a unit", { DRAIN_DELAY_MS: "2s" }, /^DRAIN_DELAY_MS is '2s' \(expected a number from 0 to/],
  ["a bad admin port", { ADMIN_PORT: "admin" }, /^ADMIN_PORT is not a port: 'admin'/],
  ["one port for both", { PORT: "8101", ADMIN_PORT: "8101" }, /^ADMIN_PORT is 8101, the same as PORT/],
  ["a host that is a URL", { HOST: "http://localhost" }, /^HOST is not a host name or an IP address/],
  ["a service that is not set", { USERS_URL: "" }, /^USERS_URL is missing: .* the users service/],
  [
    "another scheme",
    { USERS_URL: "ftp://a" },
    /^USERS_URL must start with http:\/\/ or https:\/\/: 'ftp:\/\/a'/,
  ],
  ["no host", { USERS_URL: "http://" }, /^USERS_URL is not a URL: 'http:\/\/' \(expected for example/],
  ["a bad port in it", { USERS_URL: "http://a:99999" }, /^USERS_URL is not a URL/],
  ["a missing slash", { USERS_URL: "http:/a:1" }, /^USERS_URL is not a URL: .*expected for example/],
  [
    "a base path where none is allowed",
    { USERS_URL: "http://a/api" },
    /^USERS_URL has a path: 'http:\/\/a\/api' .*http:\/\/a\)/,
  ],
  ["an empty query", { USERS_URL: "http://a/?" }, /^USERS_URL has a query or a fragment/],
  ["a fragment", { USERS_URL: "http://a#x" }, /^USERS_URL has a query or a fragment/],
  ["an empty entry", { USERS_URL: "http://a,,http://b" }, /^USERS_URL has an empty entry/],
  ["the same twice", { USERS_URL: "http://a,http://A:80/" }, /^USERS_URL lists 'http:\/\/a' twice/],
  ["a backslash", { USERS_URL: "http://a\\@b" }, /^USERS_URL is not a URL/],
  ["a line end", { USERS_URL: "http://a\nb" }, /^USERS_URL is not a URL: 'http:\/\/a\\u\{a\}b'/],
  ["no keys", { IDENTITY_KEYS: undefined }, /^IDENTITY_KEYS is missing: .*kid:base64url-secret/],
  ["a key without a kid", { IDENTITY_KEYS: SECRET }, /^IDENTITY_KEYS entry 1 has no colon/],
  ["an empty kid", { IDENTITY_KEYS: `:${SECRET}` }, /^IDENTITY_KEYS entry 1 has a malformed kid/],
  ["a long kid", { IDENTITY_KEYS: `${"k".repeat(65)}:${SECRET}` }, /entry 1 has a malformed kid/],
  [
    "a short secret",
    { IDENTITY_KEYS: "k:c2hvcnQ" },
    /entry 1 has a secret of 5 bytes \(expected at least 32/,
  ],
  ["padding", { IDENTITY_KEYS: `k:${SECRET}=` }, /entry 1 has a secret that is not base64url/],
  ["the other alphabet", { IDENTITY_KEYS: `k:${"+/".repeat(30)}` }, /not base64url/],
  [
    "stray bits",
    { IDENTITY_KEYS: `a:${OTHER_SECRET},k:${SECRET.slice(0, -1)}d` },
    /entry 2 .* not base64url/,
  ],
  ["a kid twice", { IDENTITY_KEYS: `k:${SECRET},k:${OTHER_SECRET}` }, /entry 2 repeats the kid/],
  ["an empty key", { IDENTITY_KEYS: `k:${SECRET},` }, /entry 2 has no colon/],
  [
    "Redis over http",
    { REDIS_URL: "http://cache" },
    /^REDIS_URL is not a URL that starts with redis:\/\/ or/,
  ],
  ["a log level", { LOG_LEVEL: "verbose" }, /^LOG_LEVEL is 'verbose' \(expected one of fatal, error, warn/],
  ["an environment", { NODE_ENV: "prod" }, /^NODE_ENV is 'prod' \(expected one of production/],
];

for (const [what, change, expected] of CASES) {
  test(`refuses ${what}`, () => assert.match(complaint(change), expected));
}

test("never shows what may be a secret", () => {
  const secrets = [
    { IDENTITY_KEYS: "hunter2hunter2" },
    { IDENTITY_KEYS: "hunter2 k:hunter2" },
    { IDENTITY_KEYS: "k:hunter2" },
    { IDENTITY_KEYS: "k:hunter2=" },
    { REDIS_URL: "redis//:hunter2" },
    { REDIS_URL: "hunter2" },
    { USERS_URL: "http://me:hunter2@users" },
    { USERS_URL: "http//me:hunter2@users" },
    { USERS_URL: "me:hunter2@users:80" },
    { USERS_URL: "http://users/?token=hunter2" },
    { USERS_URL: "users:80?token=hunter2" },
  ];
  for (const secret of secrets) assert.doesNotMatch(complaint(secret), /hunter2/, JSON.stringify(secret));
});

test("cuts a long value short", () => {
  assert.ok(complaint({ PORT: "9".repeat(10_000) }).length < 300);
});

test("passes on an error that is not about a setting", () => {
  const broken = {
    about: "broken",
    read(): never {
      throw new RangeError("a bug");
    },
  };
  assert.throws(() => readSettings({}, { BROKEN: broken }), RangeError);
});

test("a choice is one of its words, exactly", () => {
  const spec = { MODE: choice(["fast", "safe"], { default: "safe", about: "how it runs" }) };
  assert.equal(readSettings({ MODE: "fast" }, spec).MODE, "fast");
  assert.equal(readSettings({}, spec).MODE, "safe");
  assert.throws(() => readSettings({ MODE: "FAST" }, spec), /MODE is 'FAST' \(expected one of fast, safe\)/);
});

test("a port without a default must be set", () => {
  assert.throws(() => readSettings({}, { PORT: port() }), /^SettingsError: PORT is missing/);
});
