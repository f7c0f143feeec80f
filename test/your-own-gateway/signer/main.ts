/**
 * The signer beside a gateway of one's own: it gets each request's headers from `auth_request` (or
 * Envoy's ext_authz, or a plugin), checks the login, and answers 204 with the headers that a BFF
 * needs, or 401. It is an example: the login here is a bearer token in a JWT.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createMinter, createTxnMinter, singleHeader } from "@triptych/identity";
import type { TxnKey } from "@triptych/identity";
import { identityKeys, readSettings } from "@triptych/service-kit";
import { answerArguments } from "@triptych/testing/program";
import { createLocalJWKSet, jwtVerify } from "jose";

answerArguments(
  "signer",
  `Settings, from the environment, all required:
  IDENTITY_KEYS  the keys of X-Identity; the first signs
  TXN_TOKEN_KEY  the private key of the Txn-Token, as a JWK
  LOGIN_JWKS     the public keys of the login
  PORT           where it listens, on 127.0.0.1`,
);
const { IDENTITY_KEYS, LOGIN_JWKS = "", TXN_TOKEN_KEY = "", PORT } = process.env;
const [key] = readSettings({ IDENTITY_KEYS }, { IDENTITY_KEYS: identityKeys() }).IDENTITY_KEYS;
if (key === undefined) throw new Error("IDENTITY_KEYS holds no key");
const txnKey: TxnKey = JSON.parse(TXN_TOKEN_KEY);
const logins = createLocalJWKSet(JSON.parse(LOGIN_JWKS));
const minter = createMinter(key);
const txnMinter = createTxnMinter({ key: txnKey, issuer: "gateway", audience: "triptych" });

/** Whose token it is; undefined for none, for two, and for one that the login did not sign. */
async function userOf({ rawHeaders }: IncomingMessage): Promise<string | undefined> {
  const header = singleHeader(rawHeaders, "authorization");
  if (typeof header !== "string" || !header.startsWith("Bearer ")) return undefined;
  try {
    const options = { issuer: "https://login.acme.example", audience: "web", typ: "at+jwt" };
    return (await jwtVerify(header.slice("Bearer ".length), logins, options)).payload.sub;
  } catch {
    return undefined;
  }
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const userId = await userOf(req);
  if (userId === undefined) return void res.writeHead(401).end();
  const requestId = randomUUID();
  res.writeHead(204, {
    "X-Identity": minter.mint({ userId, audience: "web-bff", requestId }),
    "Txn-Token": txnMinter.mint({ userId, requestId }),
    "X-Request-Id": requestId,
    traceparent: `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`,
  });
  res.end();
}

createServer((req, res) => void answer(req, res)).listen(Number(PORT), "127.0.0.1", () => {
  process.stdout.write("the signer listens\n");
});
