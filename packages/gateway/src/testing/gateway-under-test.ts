import { generateKeyPairSync, hash, randomBytes } from "node:crypto";
import { createMinter, createTraceRequests, createTxnMinter, publicHalf } from "@triptych/identity";
import type { IdentityKey, TraceRequests, TxnKey } from "@triptych/identity";
import { createLogger, createMetrics, secondsOf, serve } from "@triptych/service-kit";
import type { Logger, Metrics } from "@triptych/service-kit";
import { request } from "undici";
import type { Dispatcher } from "undici";
import { CapturedLog, FakeClock, RawConnection, RecordingUpstream } from "@triptych/testing";
import { createGateway } from "../app.ts";
import type { GatewayConfig } from "../app.ts";
import type { LiveConfig } from "../config/live-config.ts";
import { compileContract } from "../contracts/contract.ts";
import { createApiKeyVerifier } from "../credentials/api-keys.ts";
import { createBearerVerifier } from "../credentials/bearer-token.ts";
import { createSealedCookies } from "../credentials/sealed-cookies.ts";
import { SESSION_COOKIE } from "../credentials/session.ts";
import type { Target } from "../forward/forward.ts";
import { Instances } from "../forward/instances.ts";
import { createLogoutVerifier } from "../login/backchannel-logout.ts";
import type { IdentityProvider } from "../login/identity-provider.ts";
import { createRenewals } from "../login/renewals.ts";
import { LIVES, sessionCookie } from "./session-cookie.ts";
import { KeySet } from "../login/key-set.ts";
import { localLimits } from "../policies/limit-rate.ts";
import { localRevocations } from "../revocation/local-revocations.ts";
import { revocationRoutes } from "../revocation/revocations.ts";
import type { RouteTable } from "../table/route.ts";
import { PROFILE, TestIssuer } from "./issuer.ts";
import { RECOMMENDATIONS_CONTRACT, SAMPLE_CONTRACT } from "./sample-contract.ts";
import { sampleTable } from "./sample-table.ts";
import type { Session } from "../credentials/logged-in.ts";

export const PUBLIC_ORIGIN = "https://shop.example";
/** The partner's key; only its hash is configured. */
export const API_KEY = `tk_acme_${Buffer.alloc(32, 5).toString("base64url")}`;
const EPOCH_MS = 1_800_000_000_000;

export const IDENTITY_KEYS: Readonly<Record<string, IdentityKey>> = {
  "web-bff": { kid: "web-1", secret: Buffer.alloc(32, 1) },
  "partner-bff": { kid: "partner-1", secret: Buffer.alloc(32, 2) },
};

const none = () => Promise.reject(new Error("this test has no identity provider"));
const NO_PROVIDER: IdentityProvider = {
  begin: none,
  finish: none,
  renew: none,
  logoutAddress: none,
  forget: () => Promise.resolve(),
};

/** Compiling takes longer than all the rest of a test. */
const CONTRACTS = new Map([
  ["sample", compileContract(SAMPLE_CONTRACT)],
  ["recommendations", compileContract(RECOMMENDATIONS_CONTRACT)],
]);

export interface Reply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly text: string;
}

export interface GatewayUnderTest extends AsyncDisposable {
  readonly port: number;
  readonly adminPort: number;
  readonly origin: string;
  readonly target: RecordingUpstream;
  readonly issuer: TestIssuer;
  readonly log: CapturedLog<Logger>;
  readonly clock: FakeClock;
  readonly metrics: Metrics;
  readonly txnKey: TxnKey;
  readonly traceRequests: TraceRequests;
  /** Seconds since the epoch. */
  nowS(): number;
  send(path: string, options?: SendOptions): Promise<Reply>;
  /** `Authorization` of a right token, with changes. */
  bearer(claims?: Record<string, unknown>): Promise<{ Authorization: string }>;
  /** The `Cookie` of somebody who is logged in now, with changes. */
  session(changes?: Partial<Session>): Promise<{ Cookie: string }>;
  connect(): RawConnection;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

/** A gateway on real sockets in front of a recording target, on a clock that the test moves. */
export async function runGateway(
  changes: Partial<GatewayConfig> & { readonly liveChanges?: Partial<LiveConfig> } = {},
): Promise<GatewayUnderTest> {
  const clock = new FakeClock({ startsAt: EPOCH_MS });
  const log = new CapturedLog(createLogger);
  const metrics = createMetrics({ name: "gateway", processMetrics: false });
  const target = new RecordingUpstream();
  const origin = await target.listen();
  const issuer = new TestIssuer("idp-1", clock);
  const sessionKeys = [{ kid: "s-1", secret: randomBytes(32) }];
  const cookies = createSealedCookies(sessionKeys, clock);
  const traceRequests = createTraceRequests({ keys: sessionKeys, lifeS: 300, clock });
  const txnKey = newTxnKey();
  const live: LiveConfig = {
    signers: {
      identity: new Map(
        Object.entries(IDENTITY_KEYS).map(([bff, key]) => [bff, createMinter({ ...key, clock })]),
      ),
      txn: createTxnMinter({ key: txnKey, issuer: "gateway", audience: "triptych", clock }),
    },
    identityKeys: new Map(Object.entries(IDENTITY_KEYS).map(([bff, key]) => [bff, [key]])),
    cookies,
    traceRequests,
    verifyApiKey: createApiKeyVerifier([
      { id: "acme", sha256: [hash("sha256", API_KEY)], user: "7", scope: "orders:read" },
    ]),
    contracts: CONTRACTS,
    ...changes.liveChanges,
  };
  const { provider = NO_PROVIDER, lives = LIVES } = changes;
  const instances = new Instances([origin], clock);
  const accepted = { profile: PROFILE, keySet: new KeySet(() => Promise.resolve(issuer.jwks), clock) };
  const table: RouteTable = changes.table ?? sampleTable();
  const revocations = changes.revocations ?? localRevocations({ logger: log.logger, clock });
  const config: GatewayConfig = {
    table,
    live: () => live,
    verifyBearer: createBearerVerifier([accepted], clock),
    provider,
    lives,
    verifyLogout: createLogoutVerifier(accepted, "web", clock),
    renew: createRenewals({ provider, cookies: () => live.cookies, lives, clock, logger: log.logger }),
    limits: localLimits(clock),
    publicOrigin: PUBLIC_ORIGIN,
    trustedProxies: [],
    logger: log.logger,
    metrics,
    clock,
    ...changes,
    targets: new Map([
      ...Object.keys(table.targets).map((name): [string, Target] => [name, { kind: "instances", instances }]),
      ...(changes.targets ?? []),
    ]),
    revocations,
  };
  const serving = await serve({
    name: "gateway",
    app: createGateway(config),
    adminApp: revocationRoutes(revocations, log.logger, clock),
    port: 0,
    adminPort: 0,
    host: "127.0.0.1",
    logger: log.logger,
    metrics,
    clock,
    signals: [],
  });
  const opened = new DisposableStack();
  return {
    ...serving,
    origin: `http://127.0.0.1:${serving.port}`,
    target,
    issuer,
    log,
    clock,
    metrics,
    txnKey: publicHalf(txnKey),
    traceRequests,
    nowS: () => secondsOf(clock),
    async send(path, { method = "GET", headers = {}, body } = {}) {
      const answer = await request(`http://127.0.0.1:${serving.port}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
    },
    bearer: async (claims) => ({ Authorization: `Bearer ${await issuer.token(claims)}` }),
    session: async (of) => ({
      Cookie: `${SESSION_COOKIE}=${await sessionCookie(live.cookies, clock, of, lives)}`,
    }),
    connect: () => opened.adopt(new RawConnection(serving.port), (connection) => connection.destroy()),
    async [Symbol.asyncDispose]() {
      opened.dispose();
      await serving.stop();
      await instances.close();
      await revocations.close();
      await target[Symbol.asyncDispose]();
    },
  };
}

/** A new key for Txn-Tokens, with its private half. */
export function newTxnKey(): TxnKey {
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { kty: "OKP", crv: "Ed25519", kid: "txn-1", x, d };
}
