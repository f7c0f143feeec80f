import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { API_KEY, runGateway } from "./testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "./testing/gateway-under-test.ts";
import { TestIssuer } from "./testing/issuer.ts";

const PATH = "/web/home-page";
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * What an attacker sends as credentials; each is to end as 401 with nothing behind the gateway
 * reached.
 */
type Attack = (
  gateway: GatewayUnderTest,
) => Promise<Record<string, string | string[]>> | Record<string, string | string[]>;

const bearerOf = (token: string) => ({ Authorization: `Bearer ${token}` });
const claims =
  (changes: Record<string, unknown>): Attack =>
  async ({ issuer }) =>
    bearerOf(await issuer.token(changes));
const header =
  (changes: Record<string, unknown>): Attack =>
  async ({ issuer }) =>
    bearerOf(await issuer.token({}, changes));
const text =
  (change: (token: string, segments: string[]) => string): Attack =>
  async ({ issuer }) => {
    const token = await issuer.token();
    return bearerOf(change(token, token.split(".")));
  };
const authorization =
  (change: (token: string) => string | string[]): Attack =>
  async ({ issuer }) => ({ Authorization: change(await issuer.token()) });

const attacker = new TestIssuer("attacker", { wallNow: () => 1_800_000_000_000 });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

/**
 * An HMAC over the bytes of the provider's public key, as a verifier would check it that lets the
 * token choose.
 */
const confusedHmac =
  (alg: "HS256" | "HS384" | "HS512", secretOf: (gateway: GatewayUnderTest) => Buffer): Attack =>
  (gateway) => {
    const input = `${encode({ alg, kid: gateway.issuer.kid, typ: "at+jwt" })}.${encode(gateway.issuer.claims())}`;
    const mac = createHmac(`sha${alg.slice(2)}`, secretOf(gateway))
      .update(input)
      .digest("base64url");
    return bearerOf(`${input}.${mac}`);
  };
const unsigned =
  (alg: string, signature = ""): Attack =>
  ({ issuer }) =>
    bearerOf(`${encode({ alg, kid: issuer.kid, typ: "at+jwt" })}.${encode(issuer.claims())}.${signature}`);
/** A right signature by the provider, over a header and claims with other bytes in them. */
const signed =
  (change: {
    readonly header?: (json: string) => Buffer;
    readonly claims?: (json: string) => Buffer;
  }): Attack =>
  ({ issuer }) => {
    const part = (value: object, how: (json: string) => Buffer = (text) => Buffer.from(text)) =>
      how(JSON.stringify(value)).toString("base64url");
    const head = part({ alg: "EdDSA", kid: issuer.kid, typ: "at+jwt" }, change.header);
    const input = `${head}.${part(issuer.claims({ scope: "~" }), change.claims)}`;
    return bearerOf(`${input}.${sign(null, Buffer.from(input), issuer.privateKey).toString("base64url")}`);
  };
const BYTE_ORDER_MARK = "\uFEFF";

const ATTACKS: readonly (readonly [name: string, attack: Attack])[] = [
  ["nothing at all", () => ({})],
  ["an empty Authorization", () => ({ Authorization: "" })],
  ["only the scheme", () => ({ Authorization: "Bearer" })],
  ["the scheme and a space", () => ({ Authorization: "Bearer " })],
  ["Basic", () => ({ Authorization: `Basic ${Buffer.from("42:42").toString("base64")}` })],
  ["a token without a scheme", authorization((token) => token)],
  ["the wrong scheme for a right token", authorization((token) => `Token ${token}`)],
  ["a tab after the scheme", authorization((token) => `Bearer\t${token}`)],
  ["a space and a tab after the scheme", authorization((token) => `Bearer \t${token}`)],
  ["a space before the scheme's end", authorization((token) => `Bea rer ${token}`)],
  ["two tokens in one header", authorization((token) => `Bearer ${token} ${token}`)],
  ["two schemes in one header", authorization((token) => `Bearer ${token}, Bearer ${token}`)],
  ["a doubled header", authorization((token) => [`Bearer ${token}`, `Bearer ${token}`])],
  ["a doubled header, the second empty", authorization((token) => [`Bearer ${token}`, ""])],
  ["a quoted token", authorization((token) => `Bearer "${token}"`)],

  ["alg none", unsigned("none")],
  ["alg None with a signature", unsigned("None", "AAAA")],
  ["alg NONE", unsigned("NONE")],
  ["an empty alg", unsigned("")],
  ["no alg", ({ issuer }) => bearerOf(`${encode({ kid: issuer.kid })}.${encode(issuer.claims())}.AAAA`)],
  [
    "HS256 with the public key's bytes",
    confusedHmac("HS256", ({ issuer }) => issuer.publicKey.export({ format: "der", type: "spki" })),
  ],
  [
    "HS256 with the public key's PEM",
    confusedHmac("HS256", ({ issuer }) =>
      Buffer.from(issuer.publicKey.export({ format: "pem", type: "spki" })),
    ),
  ],
  [
    "HS256 with the raw public point",
    confusedHmac("HS256", ({ issuer }) =>
      Buffer.from(issuer.publicKey.export({ format: "jwk" }).x ?? "", "base64url"),
    ),
  ],
  ["HS384 with an empty secret", confusedHmac("HS384", () => Buffer.alloc(0))],
  ["HS512 with zeros", confusedHmac("HS512", () => Buffer.alloc(64))],
  [
    "RS256 under the kid of an Ed25519 key",
    async ({ issuer }) => bearerOf(await issuer.token({}, { alg: "RS256" }, rsa.privateKey)),
  ],
  [
    "PS256 under the kid of an Ed25519 key",
    async ({ issuer }) => bearerOf(await issuer.token({}, { alg: "PS256" }, rsa.privateKey)),
  ],
  [
    "an algorithm that is not allowed",
    async ({ issuer }) => bearerOf(await issuer.token({}, { alg: "RS512" }, rsa.privateKey)),
  ],

  ["a key of somebody else", async ({ issuer }) => bearerOf(await issuer.token({}, {}, attacker.privateKey))],
  ["an unknown kid", header({ kid: "nobody" })],
  [
    "no kid, and a key of somebody else",
    async ({ issuer }) => bearerOf(await issuer.token({}, { kid: undefined }, attacker.privateKey)),
  ],
  ["a kid that is a path", header({ kid: "../../../../dev/null" })],
  ["a kid that is SQL", header({ kid: "x' UNION SELECT 'key" })],
  ["a kid that is a URL", header({ kid: "https://attacker.example/key" })],
  ["a kid named __proto__", header({ kid: "__proto__" })],
  ["a kid with another letter case", header({ kid: "IDP-1" })],
  [
    "its own key in jwk",
    async ({ issuer }) =>
      bearerOf(await issuer.token({}, { jwk: attacker.jwks.keys[0] }, attacker.privateKey)),
  ],
  [
    "jku",
    async ({ issuer }) =>
      bearerOf(await issuer.token({}, { jku: "https://a.example/jwks" }, attacker.privateKey)),
  ],
  ["jku on a token that is right otherwise", header({ jku: "https://a.example/jwks" })],
  ["x5u", header({ x5u: "https://a.example/cert" })],
  ["x5c", header({ x5c: ["MIIB"] })],
  ["jwk on a token that is right otherwise", header({ jwk: { kty: "OKP" } })],
  [
    "b64 false",
    text(
      (_token, [, payload = "", signature = ""]) =>
        `${encode({ alg: "EdDSA", kid: "idp-1", typ: "at+jwt", b64: false, crit: ["b64"] })}.${payload}.${signature}`,
    ),
  ],
  [
    "crit with a word of its own",
    text(
      (_token, [, payload = "", signature = ""]) =>
        `${encode({ alg: "EdDSA", kid: "idp-1", typ: "at+jwt", crit: ["x"], x: 1 })}.${payload}.${signature}`,
    ),
  ],

  ["the typ of an ID token", header({ typ: "JWT" })],
  ["no typ", header({ typ: undefined })],
  ["the typ of X-Identity", header({ typ: "gw-id+jwt" })],
  ["the typ of a Txn-Token", header({ typ: "txntoken+jwt" })],
  ["another audience", claims({ aud: "https://other.example" })],
  ["no audience", claims({ aud: undefined })],
  ["a list of other audiences", claims({ aud: ["a", "b"] })],
  ["the audience's beginning", claims({ aud: "https://api" })],
  ["another issuer", claims({ iss: "https://attacker.example" })],
  ["the issuer with a slash more", claims({ iss: "https://login.example/" })],
  ["no issuer", claims({ iss: undefined })],
  ["expired", claims({ iat: 1_799_990_000, exp: 1_799_999_000 })],
  ["expired for exactly the skew", claims({ iat: 1_799_999_000, exp: 1_799_999_995 })],
  ["no exp", claims({ exp: undefined })],
  ["an exp that is text", claims({ exp: "1900000000" })],
  ["an exp with a fraction", claims({ exp: 1_800_000_600.5 })],
  ["a life of more than an hour", claims({ exp: 1_800_003_601 })],
  ["a life of a century", claims({ exp: 4_900_000_000 })],
  ["an exp before its iat", claims({ iat: 1_800_000_004, exp: 1_800_000_003 })],
  ["not yet valid", claims({ nbf: 1_800_000_006 })],
  ["an nbf that is text", claims({ nbf: "0" })],
  ["from the future", claims({ iat: 1_800_000_006 })],
  ["no iat", claims({ iat: undefined })],
  ["no jti", claims({ jti: undefined })],
  ["a jti with a line end", claims({ jti: "a\nb" })],
  ["no sub", claims({ sub: undefined })],
  ["an empty sub", claims({ sub: "" })],
  ["a sub that is a number", claims({ sub: 42 })],
  ["a sub with a space", claims({ sub: "42 1" })],
  ["a sub with a line end", claims({ sub: "42\r\nX-User-Id: 1" })],
  ["a scope that is a number", claims({ scope: 1 })],

  ["a byte order mark before the claims", signed({ claims: (json) => Buffer.from(BYTE_ORDER_MARK + json) })],
  ["two of them", signed({ claims: (json) => Buffer.from(BYTE_ORDER_MARK.repeat(2) + json) })],
  ["one after white space", signed({ claims: (json) => Buffer.from(` ${BYTE_ORDER_MARK}${json}`) })],
  ["one before the header", signed({ header: (json) => Buffer.from(BYTE_ORDER_MARK + json) })],
  ["claims in UTF-16", signed({ claims: (json) => Buffer.from(BYTE_ORDER_MARK + json, "utf16le") })],
  [
    "claims with a byte that is not UTF-8",
    signed({ claims: (json) => Buffer.from(json.replace("~", "\u00FF"), "latin1") }),
  ],
  ["claims in an array", signed({ claims: (json) => Buffer.from(`[${json}]`) })],
  ["a cut signature", text((token) => token.slice(0, -1))],
  ["no signature", text((_token, [head = "", payload = ""]) => `${head}.${payload}.`)],
  ["no payload", text((_token, [head = "", , signature = ""]) => `${head}..${signature}`)],
  ["no header", text((_token, [, payload = "", signature = ""]) => `.${payload}.${signature}`)],
  ["two segments", text((_token, [head = "", payload = ""]) => `${head}.${payload}`)],
  ["four segments", text((token) => `${token}.AAAA`)],
  ["five segments, as an encrypted token", text((token) => `${token}.AAAA.AAAA`)],
  [
    "other claims under the same signature",
    text((_token, [head = "", , signature = ""]) => `${head}.${encode({ sub: "1" })}.${signature}`),
  ],
  ["padding", text((token) => `${token}==`)],
  ["base64 in place of base64url", text((token) => `${token.slice(0, -4)}+/+/`)],
  ["other trailing bits in the signature", text((token) => turnLastBit(token))],
  [
    "a signature of zeros",
    text((_token, [head = "", payload = ""]) => `${head}.${payload}.${"A".repeat(86)}`),
  ],
  [
    "a header that is not JSON",
    text(
      (_token, [, payload = "", signature = ""]) =>
        `${Buffer.from("{").toString("base64url")}.${payload}.${signature}`,
    ),
  ],
  [
    "a header that is an array",
    text((_token, [, payload = "", signature = ""]) => `${encode([])}.${payload}.${signature}`),
  ],
  ["a huge token", () => bearerOf(`${"a".repeat(4_000)}.${"b".repeat(4_000)}.c`)],
  ["a huge right token", claims({ padding: "p".repeat(6_200) })],

  ["an API key where none is taken", () => ({ "X-API-Key": API_KEY })],
  ["an API key as a bearer token", () => bearerOf(API_KEY)],
  [
    "a right token beside a session",
    async (gateway) => ({ ...(await gateway.bearer()), ...(await gateway.session()) }),
  ],
  [
    "a right token beside an API key where none is taken",
    async (gateway) => ({ ...(await gateway.bearer()), "X-API-Key": API_KEY }),
  ],
  [
    "a session cookie twice",
    async (gateway) => {
      const { Cookie } = await gateway.session();
      return { Cookie: `${Cookie}; ${Cookie}` };
    },
  ],
  ["a session cookie that is no session", () => ({ Cookie: "__Host-session=abc" })],
  [
    "a session cookie that is a bearer token",
    async ({ issuer }) => ({ Cookie: `__Host-session=${await issuer.token()}` }),
  ],
  [
    "a session with one character turned",
    async (gateway) => {
      const { Cookie } = await gateway.session();
      const middle = Cookie.length - 30;
      return {
        Cookie: `${Cookie.slice(0, middle)}${Cookie[middle] === "A" ? "B" : "A"}${Cookie.slice(middle + 1)}`,
      };
    },
  ],
  [
    "a session under the name without its prefix",
    async (gateway) => ({ Cookie: (await gateway.session()).Cookie.replace("__Host-", "") }),
  ],

  ["X-User-Id", () => ({ "X-User-Id": "1" })],
  ["X-Identity", () => ({ "X-Identity": "a.b.c" })],
  ["Txn-Token", () => ({ "Txn-Token": "a.b.c" })],
  ["all three, in other spellings", () => ({ "x-user-id": "1", X_Identity: "a.b.c", TXN_TOKEN: "a.b.c" })],
  ["X-User-Id beside a wrong token", () => ({ ...bearerOf("a.b.c"), "X-User-Id": "1" })],
];

function turnLastBit(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return token.slice(0, -1) + (alphabet[alphabet.indexOf(token.slice(-1)) ^ 1] ?? "");
}

describe("the gateway refuses", () => {
  let gateway: GatewayUnderTest;
  before(async () => {
    gateway = await runGateway();
  });
  after(async () => {
    assert.equal(gateway.target.connections, 0, "an attack reached the target");
    await gateway[Symbol.asyncDispose]();
  });

  for (const [name, attack] of ATTACKS) {
    it(name, async () => {
      const answer = await gateway.send(PATH, { headers: await attack(gateway) });
      const { instance, ...problem } = JSON.parse(answer.text);
      assert.equal(answer.status, 401);
      assert.deepEqual(problem, {
        type: "/problems/identity-required",
        title: "Identity required",
        status: 401,
        detail: "This request carries no valid identity.",
      });
      assert.equal(instance, answer.headers["x-request-id"]);
      assert.equal(answer.headers["content-type"], "application/problem+json");
      assert.match(String(answer.headers["server-timing"]), /^gateway;desc="(authentication|callers)"$/);
      assert.match(String(answer.headers["www-authenticate"]), /^Bearer /);
      assert.equal(gateway.target.requests.length, 0);
    });
  }

  it("and a token whose JSON begins with white space gets through", async () => {
    await using other = await runGateway();
    const headers = await signed({ claims: (json) => Buffer.from(` \n${json}`) })(other);
    assert.equal((await other.send(PATH, { headers })).status, 200);
  });

  it("and the right token gets through, so that the table above proves something", async () => {
    await using other = await runGateway();
    const answer = await other.send(PATH, { headers: await other.bearer() });
    assert.equal(answer.status, 200);
    assert.equal(other.target.requests.length, 1);
    const { Authorization } = await other.bearer();
    for (const scheme of ["bearer ", "BEARER   "]) {
      const spelled = Authorization.replace("Bearer ", scheme);
      assert.equal((await other.send(PATH, { headers: { Authorization: spelled } })).status, 200, scheme);
    }
  });
});
