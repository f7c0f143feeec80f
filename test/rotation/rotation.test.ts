import assert from "node:assert/strict";
import { generateKeyPairSync, hash, randomBytes } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createApp, defineBff } from "@triptych/bff";
import { openGateway, settingsWithoutBffs } from "@triptych/gateway";
import type { RouteTable } from "@triptych/gateway";
import { createTxnVerifier, publicHalf, singleHeader } from "@triptych/identity";
import type { IdentityKey, TxnKey } from "@triptych/identity";
import {
  createLogger,
  createMetrics,
  identityKeys,
  readSettings,
  serve,
  systemClock,
} from "@triptych/service-kit";
import { CapturedLog } from "@triptych/testing";
import { request } from "undici";
import { startProvider } from "@triptych/testing/identity-provider";

const PUBLIC_ORIGIN = "https://tv.example";
const MANY = 1_000_000;

const TABLE: RouteTable = {
  landing: "/tv/home",
  targets: { "tv-bff": { identity: "x-identity" } },
  routes: [
    {
      name: "tv",
      prefix: "/tv",
      target: "tv-bff",
      callers: ["session", "bearer", "api-key"],
      limits: [{ per: "address", requests: MANY, seconds: 60 }],
      maxBodyBytes: 1_000,
      deadlineMs: 5_000,
      contract: { kind: "openapi", file: "tv.json", unknownQuery: "ignore" },
      login: true,
    },
  ],
};

/** One key of each kind. Those of a rotation are the previous, the current and the next. */
interface KeySet {
  readonly identity: string;
  readonly txn: TxnKey;
  readonly session: string;
  readonly apiKey: string;
}

function newKeys(kid: string): KeySet {
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const secret = () => randomBytes(32).toString("base64url");
  return {
    identity: `${kid}:${secret()}`,
    txn: { kty: "OKP", crv: "Ed25519", kid, x, d },
    session: `${kid}:${secret()}`,
    apiKey: `tk_acme_${secret()}`,
  };
}

/** What a BFF that knows some keys makes of a request. */
interface Seen {
  readonly userId: string;
  /** A new form's token, and whether the token in the query is accepted. */
  readonly form: string;
  readonly acceptsForm: boolean;
  readonly acceptsTxnToken: boolean;
}

const formIn = ({ form }: Readonly<Record<string, unknown>>): string =>
  typeof form === "string" ? form : "";
const isSeen = (value: unknown): value is Seen =>
  typeof value === "object" && value !== null && "form" in value;

/** A machine: a gateway with its own copy of the keys, and the instance of a BFF that it asks. */
async function startMachine(issuer: string, keys: readonly KeySet[]) {
  const dir = await mkdtemp(join(tmpdir(), "rotation-"));
  const replace = async (file: string, content: unknown): Promise<string> => {
    await writeFile(join(dir, `${file}.new`), JSON.stringify(content));
    await rename(join(dir, `${file}.new`), join(dir, file));
    return join(dir, file);
  };
  const writeGatewayKeys = async (order: readonly KeySet[]) => {
    const ringOf = (kind: "identity" | "session") => order.map((each) => each[kind]).join(",");
    const keysFile = await replace("keys.json", {
      identityKeys: { "tv-bff": ringOf("identity") },
      txnTokenKeys: order.map(({ txn }) => txn),
      sessionKeys: ringOf("session"),
    });
    const sha256 = order.map(({ apiKey }) => hash("sha256", apiKey));
    const apiKeysFile = await replace("api-keys.json", { apiKeys: [{ id: "acme", sha256, user: "7" }] });
    return { KEYS_FILE: keysFile, API_KEYS_FILE: apiKeysFile };
  };
  let ring: readonly IdentityKey[] = [];
  let txnKeys: readonly TxnKey[] = [];
  /** A BFF and a service get theirs from the environment: this is their restart. */
  const restartVerifiers = (order: readonly KeySet[]): void => {
    ring = identityKeys().read("IDENTITY_KEYS", order.map(({ identity }) => identity).join(","), new Map());
    txnKeys = order.map(({ txn }) => publicHalf(txn));
  };
  restartVerifiers(keys);
  await replace("tv.json", { openapi: "3.1.0", paths: { "/tv/home": { get: {} } } });

  const log = new CapturedLog(createLogger);
  const tools = { logger: log.logger, metrics: createMetrics({ name: "gateway", processMetrics: false }) };
  const bff = defineBff({
    name: "tv-bff",
    prefix: "/tv",
    port: 0,
    upstreams: {},
    answers: {
      open:
        ({ caller, formTokens }) =>
        (req, res) => {
          const { userId = "" } = caller(req, res);
          const verifier = createTxnVerifier({ keys: txnKeys, issuer: "gateway", audience: "triptych" });
          const seen: Seen = {
            userId,
            form: formTokens.issue(userId),
            acceptsForm: formTokens.accepts(userId, formIn(req.query)),
            acceptsTxnToken: verifier.verify(singleHeader(req.rawHeaders, "txn-token")).ok,
          };
          res.json(seen);
        },
    },
  });
  const instance = await createApp(bff, readSettings({ IDENTITY_KEYS: keys[0]?.identity }, bff.settings), {
    ...tools,
    identityKeys: () => ring,
  });
  const env = {
    ...(await writeGatewayKeys(keys)),
    OIDC_ISSUER: issuer,
    OIDC_JWKS_URL: `${issuer}/jwks`,
    OIDC_AUDIENCE: "https://api.example",
    OIDC_CLIENT_ID: "web",
    PUBLIC_ORIGIN,
    REVOCATIONS_FILE: join(dir, "revocations"),
  };
  const settings = readSettings(env, settingsWithoutBffs(TABLE, dir));
  const gateway = openGateway(TABLE, settings, { ...tools, clock: systemClock });
  const serving = await serve({
    ...tools,
    name: "gateway",
    app: gateway.createApp(new Map([["tv-bff", instance.app]])),
    port: 0,
    adminPort: 0,
    host: "127.0.0.1",
    signals: [],
  });
  return {
    origin: `http://127.0.0.1:${serving.port}`,
    restartVerifiers,
    /** Replaces the gateway's files; resolves when both are in force. */
    async rotate(order: readonly KeySet[]) {
      const before = log.lines("a changed file is in force").length;
      await writeGatewayKeys(order);
      await log.waitFor("a changed file is in force", before + 2);
    },
    async [Symbol.asyncDispose]() {
      await serving.stop();
      await Promise.all([gateway.close(), instance.close()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type Machine = Awaited<ReturnType<typeof startMachine>>;

async function get(url: string, headers: Record<string, string> = {}) {
  const answer = await request(url, { headers });
  const cookies = [answer.headers["set-cookie"] ?? []].flat();
  return {
    status: answer.statusCode,
    location: String(answer.headers["location"]),
    cookies,
    text: await answer.body.text(),
  };
}

/** The `Cookie` of a new session: the login begins at one gateway and ends at the other. */
async function logIn(first: Machine, second: Machine): Promise<string> {
  const begun = await get(`${first.origin}/auth/login`);
  const [login = ""] = begun.cookies[0]?.split(";") ?? [];
  const answer = await request(begun.location, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "user=42",
  });
  await answer.body.dump();
  const back = new URL(String(answer.headers["location"]));
  const ended = await get(`${second.origin}${back.pathname}${back.search}`, { Cookie: login });
  const [session = ""] = ended.cookies.at(-1)?.split(";") ?? [];
  assert.match(session, /^__Host-session=.+/, ended.text);
  return session;
}

async function bearerOf(issuer: string): Promise<string> {
  const answer = await request(`${issuer}/development-token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "user=42",
  });
  const token: unknown = await answer.body.json();
  assert.ok(typeof token === "object" && token !== null && "access_token" in token);
  return `Bearer ${String(token.access_token)}`;
}

it("every kind of key rotates under load over two gateways, and nothing that was valid is refused", async () => {
  await using provider = await startProvider({
    port: 0,
    host: "127.0.0.1",
    clientId: "web",
    redirectUris: [`${PUBLIC_ORIGIN}/auth/callback`],
    audience: "https://api.example",
    now: Date.now,
    logError: (error) => assert.fail(String(error)),
  }).then((running) => Object.assign(running, { [Symbol.asyncDispose]: () => running.stop() }));
  const [previous, current] = [newKeys("one"), newKeys("two")];
  await using one = await startMachine(provider.issuer, [previous]);
  await using two = await startMachine(provider.issuer, [previous]);
  const machines = [one, two];
  const authorization = await bearerOf(provider.issuer);
  let partnersKey = previous.apiKey;
  /** Everything that users hold: what they got first, and what they got last. */
  let sessions: string[] = [];
  let forms: string[] = [];
  const keepFirstAndLast = (all: string[]) => [...all.slice(0, 2), ...all.slice(2).slice(-4)];
  let rounds = 0;

  async function ask({ origin }: Machine, credential: Record<string, string>, form = ""): Promise<Seen> {
    const { status, text } = await get(`${origin}/tv/home?form=${form}`, credential);
    assert.equal(status, 200, `${Object.keys(credential).join()}: ${text}`);
    const seen: unknown = JSON.parse(text);
    assert.ok(isSeen(seen) && seen.acceptsTxnToken, text);
    return seen;
  }

  /** All that two users and a partner do, at both machines, with what either of them gave them. */
  async function round(): Promise<void> {
    rounds += 1;
    const [first, second] = rounds % 2 === 0 ? [one, two] : [two, one];
    sessions = keepFirstAndLast([...sessions, await logIn(first, second)]);
    for (const machine of machines) {
      assert.equal((await ask(machine, { "X-API-Key": partnersKey })).userId, "7");
      await ask(machine, { Authorization: authorization });
      for (const Cookie of sessions) forms.push((await ask(machine, { Cookie })).form);
    }
    forms = keepFirstAndLast(forms);
    for (const machine of machines) {
      for (const form of forms) {
        assert.ok((await ask(machine, { Authorization: authorization }, form)).acceptsForm, form);
      }
    }
  }

  /**
   * Goes on with the load until a change is everywhere: first at one machine, then at the other.
   */
  async function roll(change: (machine: Machine) => Promise<void> | void): Promise<void> {
    for (const machine of machines) {
      const changed = Promise.resolve(change(machine)).then(() => true);
      do await round();
      while (!(await Promise.race([changed, wait(100, false)])));
      await round();
    }
  }

  await round();
  const [oldSession = "", oldForm = ""] = [sessions[0], forms[0]];
  // All programs learn the next keys, which are not used yet.
  await roll(({ restartVerifiers }) => restartVerifiers([previous, current]));
  await roll((machine) => machine.rotate([previous, current]));
  // They are used; the previous ones stay known.
  await roll((machine) => machine.rotate([current, previous]));
  partnersKey = current.apiKey;
  await roll(({ restartVerifiers }) => restartVerifiers([current, previous]));
  // After half a day, the longest life of a session and a form, no one holds anything older.
  sessions = [];
  forms = [];
  await round();
  await roll((machine) => machine.rotate([current]));
  await roll(({ restartVerifiers }) => restartVerifiers([current]));
  for (const { origin } of machines) {
    assert.equal((await get(`${origin}/tv/home`, { Cookie: oldSession })).status, 401);
    assert.equal((await get(`${origin}/tv/home`, { "X-API-Key": previous.apiKey })).status, 401);
    assert.equal((await ask(one, { Authorization: authorization }, oldForm)).acceptsForm, false);
  }
});
