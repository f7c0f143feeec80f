import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { publicHalf } from "@triptych/identity";
import { CommandError } from "../command-line.ts";
import { freePlan } from "../stack/ports.ts";
import { checkGateway } from "./check-gateway.ts";
import type { CheckGatewayOptions } from "./check-gateway.ts";
import { FaultyGateway, TOKEN, VISITORS } from "./testing/faulty-gateway.ts";
import type { Fault, GatewayKeys } from "./testing/faulty-gateway.ts";

const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const KEYS: GatewayKeys = {
  identity: { kid: "k1", secret: randomBytes(32) },
  txn: { kty: "OKP", crv: "Ed25519", kid: "t1", x, d },
};
const ENV = {
  IDENTITY_KEYS: `k1:${Buffer.from(KEYS.identity.secret).toString("base64url")}`,
  TXN_TOKEN_JWKS: JSON.stringify({ keys: [publicHalf(KEYS.txn)] }),
};

const VISITOR = "a visitor without credentials";
const FORGED_VISITOR = "a visitor with a forged X-Identity";
const WITH_CREDENTIALS = "a visitors' path with credentials";

/** Tries a gateway, and returns the names of the checks by what they found. */
async function tried(
  fault: Fault | undefined,
  changes: CheckGatewayOptions = {},
  without: readonly (keyof CheckGatewayOptions)[] = [],
) {
  const plan = await freePlan([{ name: "web-bff", kind: "gateway", main: "", port: 0 }]);
  const { port = 0 } = plan.get("web-bff") ?? {};
  await using gateway = new FaultyGateway(port, KEYS, fault);
  const url = await gateway.listen();
  const output = new PassThrough();
  const options: CheckGatewayOptions = {
    path: "/web/home-page?dpr=2",
    post: "/web/orders/1/cancel",
    visitors: VISITORS,
    body: '{"reason":"other"}',
    header: [`Authorization: ${TOKEN}`],
    user: "42",
    listen: `127.0.0.1:${port}`,
    wait: "0",
    ...changes,
  };
  for (const option of without) delete options[option];
  const code = await checkGateway(url, options, { root: "/nowhere", env: ENV, output });
  output.end();
  const printed = await text(output);
  const named = (verdict: string) =>
    [...printed.matchAll(new RegExp(`^${verdict.padEnd(9)}  (.*)$`, "gm"))].map(([, name]) => name);
  return { code, printed, wrong: named("wrong"), advice: named("advice"), untried: named("not tried") };
}

describe("triptych check-gateway", () => {
  it("finds nothing at a gateway that does everything right", async () => {
    const { code, printed, wrong, advice, untried } = await tried(undefined);
    assert.deepEqual([wrong, advice, untried], [[], [], []], printed);
    assert.equal(code, 0);
  });

  const FOUND: readonly (readonly [Fault, wrong: readonly string[], advice?: readonly string[]])[] = [
    [
      "does not check who asks",
      [
        "a request without credentials (missing identity)",
        "credentials that were changed on the way",
        "a forged X-Identity without credentials",
        "a genuine X-Identity, replayed from outside",
        WITH_CREDENTIALS,
      ],
    ],
    ["believes any token", ["credentials that were changed on the way", WITH_CREDENTIALS]],
    [
      "keeps the client's X-Identity",
      [
        "a forged X-Identity without credentials",
        "a forged X-Identity with credentials",
        "a doubled X-Identity",
        "a genuine X-Identity, replayed from outside",
        FORGED_VISITOR,
      ],
    ],
    [
      "adds its X-Identity to the client's",
      [
        "a forged X-Identity with credentials",
        "a doubled X-Identity",
        "a genuine X-Identity, replayed from outside",
        FORGED_VISITOR,
      ],
    ],
    [
      "keeps headers with underscores",
      ["a forged X-Identity with credentials", "headers that only a gateway may set"],
    ],
    ["drops what Connection names at the end", ["X-Identity, named in the client's Connection header"]],
    ["signs with a wrong key", ["a request with credentials"]],
    ["signs for another BFF", ["a request with credentials"]],
    [
      "signs once a minute",
      ["two requests with the same credentials", "a genuine X-Identity, replayed from outside"],
    ],
    ["answers from a cache", ["a request with credentials"]],
    ["repeats a POST", ["a POST"]],
    ["forwards credentials", ["credentials"]],
    [
      "forwards claims of the client",
      [FORGED_VISITOR, "headers that only a gateway may set"],
      ["the deadline"],
    ],
    ["forwards the client's trace state", ["the client's trace state"]],
    ["breaks at a client's trace state", ["the client's trace state"]],
    ["signs no Txn-Token", ["the Txn-Token"]],
    ["signs the Txn-Token of another request", ["the Txn-Token"]],
    ["gives a visitor a user's identity", [VISITOR, FORGED_VISITOR]],
    ["keeps a visitor's headers", [FORGED_VISITOR]],
    ["waits for ever", ["a BFF that does not answer"]],
    ["announces no deadline", [], ["the deadline"]],
    ["continues the client's trace", [], ["the trace"]],
    ["names requests otherwise", [], ["X-Request-Id"]],
  ];
  for (const [fault, expected, toImprove = []] of FOUND) {
    it(`tells what is wrong with a gateway that ${fault}`, async () => {
      const { code, printed, wrong, advice } = await tried(fault);
      assert.deepEqual([wrong, advice], [expected, toImprove], printed);
      assert.equal(code, expected.length === 0 ? 0 : 1);
    });
  }

  it("ends with what to do when no request comes through", async () => {
    await assert.rejects(tried(undefined, { header: ["Authorization: Bearer of-nobody"] }), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(error.message, /no request reached the BFF in 0 s, and the gateway answers 401: check /);
      return true;
    });
  });

  it("says which of its own options are wrong", async () => {
    const wrong: readonly (readonly [CheckGatewayOptions, RegExp])[] = [
      [{ path: "web" }, /--path must be a path/],
      [{ header: [] }, /--header is missing/],
      [{ header: ["Authorization"] }, /--header must be a name and a value/],
      [{ listen: "8199" }, /--listen must be a host and a port/],
    ];
    for (const [changes, message] of wrong) await assert.rejects(tried(undefined, changes), message);
  });

  it("does not try what it was not told", async () => {
    const { code, untried } = await tried(undefined, {}, ["post", "user", "visitors"]);
    const visitors = [VISITOR, FORGED_VISITOR, WITH_CREDENTIALS];
    assert.deepEqual([code, untried], [0, ["a POST", ...visitors]]);
  });
});
