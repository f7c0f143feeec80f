import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bffsIn, createKeySource, gatewayFiles } from "@triptych/cli/stack";
import { RecordingUpstream } from "@triptych/testing";
import type { Lab } from "../lab/lab.ts";
import { benchUser } from "../load/gateway.ts";
import { ROOT, WEB, started } from "./contenders.ts";
import type { Contender } from "./contenders.ts";

const AUDIENCE = "https://api.example";
/** So many that none reaches the route table's limit of 120 requests in a minute. */
const USERS = 2_000;
/** Nothing is asked of the services and of the other BFFs. */
const UNUSED = "http://127.0.0.1:9";

/** A web BFF in whose place the services' stand-in gives the recorded page; nothing is checked. */
export const BARE_PROXY: Contender = {
  name: "bare node:http + undici.request",
  app: WEB,
  command: [...started(join(import.meta.dirname, "by-hand/main.ts")), "proxy"],
};

/**
 * The gateway as it ships, in front of the same stand-in, and its clients: each request comes from
 * another user, with a token, and from another address.
 */
export async function gatewayIn(lab: Lab): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), "bench-gateway-"));
  lab.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) });
  const { keysFile, apiKeysFile } = gatewayFiles(folder, createKeySource(), bffsIn(ROOT));

  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "ES256", use: "sig" };
  const provider = lab.use(new RecordingUpstream());
  provider.answer = (_req, res) => {
    res.setHeader("Content-Type", "application/json");
    res.end(JSON.stringify({ keys: [key] }));
  };
  const issuer = await provider.listen();
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const tokenOf = (user: string): string => {
    const iat = Math.floor(Date.now() / 1_000);
    const claims = { iss: issuer, aud: AUDIENCE, sub: user, client_id: "web", jti: user, iat };
    const head = encoded({ alg: "ES256", kid: key.kid, typ: "at+jwt" });
    const signed = `${head}.${encoded({ ...claims, exp: iat + 3_600 })}`;
    const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${signed}.${signature.toString("base64url")}`;
  };
  // Made when they are needed: the gateway lets in no token from before its start.
  const tokens: string[] = [];

  let serial = 0;
  return {
    name: "gateway, everything on",
    app: WEB,
    command: started(join(ROOT, "apps/gateway/src/main.ts")),
    env: {
      // In production the provider has to have an https address.
      NODE_ENV: "development",
      MOBILE_BFF_URL: UNUSED,
      PARTNER_BFF_URL: UNUSED,
      KEYS_FILE: keysFile,
      API_KEYS_FILE: apiKeysFile,
      OIDC_ISSUER: issuer,
      OIDC_JWKS_URL: `${issuer}/jwks`,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: "web",
      PUBLIC_ORIGIN: "https://shop.example",
      TRUSTED_PROXIES: "127.0.0.1",
    },
    headers() {
      serial += 1;
      const token = (tokens[serial % USERS] ??= tokenOf(benchUser(serial % USERS)));
      return {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        "x-forwarded-for": `10.0.${(serial >> 8) & 255}.${serial & 255}`,
      };
    },
  };
}
