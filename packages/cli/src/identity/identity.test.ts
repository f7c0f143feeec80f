import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createVerifier } from "@triptych/identity";
import { identityKeys, readSettings } from "@triptych/service-kit";
import { readArguments, UsageError } from "../command-line.ts";
import { COMMANDS } from "../commands.ts";
import { mintIdentity } from "./identity.ts";
import type { IdentityOptions } from "./identity.ts";
import { createKeySource } from "./keys.ts";

const keys = createKeySource();
const command = COMMANDS.find(({ name }) => name === "identity");
/** The command's words, read as the command reads them. */
function identity(...args: readonly string[]): string {
  const options: IdentityOptions = readArguments(args, { ...command?.options }).values;
  return mintIdentity(options, BFFS, () => keys);
}
const BFFS = ["web-bff", "mobile-bff", "partner-bff"];

function verify(token: string, aud: string) {
  const ring = readSettings({ KEYS: keys.ringOf(aud) }, { KEYS: identityKeys() }).KEYS;
  return createVerifier({ keys: ring, audience: aud }).verify(token);
}

describe("npm run identity", () => {
  it("mints what the BFF of its audience verifies, for 60 s", () => {
    const outcome = verify(identity("--user", "42", "--aud", "web-bff"), "web-bff");
    assert.ok(outcome.ok);
    assert.equal(outcome.identity.userId, "42");
    assert.equal(outcome.identity.expiresAtS - outcome.identity.issuedAtS, 60);
  });

  it("takes a lifetime, a scope and an API key's id, and gives each token an id of its own", () => {
    const args = ["--user=7", "--aud=partner-bff", "--lifetime=5", "--scope=orders:read", "--cid=key-1"];
    const [first, second] = [1, 2].map(() => verify(identity(...args), "partner-bff"));
    assert.ok(first?.ok && second?.ok);
    const { expiresAtS, issuedAtS, scope, apiKeyId, requestId } = first.identity;
    assert.deepEqual([expiresAtS - issuedAtS, scope, apiKeyId], [5, "orders:read", "key-1"]);
    assert.notEqual(requestId, second.identity.requestId);
  });

  it("mints the identity of a visitor, who is nobody", () => {
    const outcome = verify(identity("--visitor", "--aud", "web-bff"), "web-bff");
    assert.ok(outcome.ok);
    assert.equal(outcome.identity.userId, undefined);
  });

  it("gives each BFF a key of its own", () => {
    const token = identity("--user", "42", "--aud", "web-bff");
    assert.equal(verify(token, "mobile-bff").ok, false);
    assert.notEqual(keys.ringOf("web-bff"), keys.ringOf("mobile-bff"));
  });

  const bad: [args: string[], message: RegExp][] = [
    [[], /--user is missing, or --visitor/],
    [["--user", "42", "--visitor", "--aud", "web-bff"], /exclude each other/],
    [["--user", "42"], /--aud is missing/],
    [["--user", "42", "--aud", "gateway"], /--aud must be one of web-bff, mobile-bff, partner-bff/],
    [["--user", "a b", "--aud", "web-bff"], /userId must match/],
    [["--user", "", "--aud", "web-bff"], /userId must match/],
    [["--user", "42", "--aud", "web-bff", "--lifetime", "61"], /from 1 to 60/],
    [["--user", "42", "--aud", "web-bff", "--lifetime", "soon"], /whole number/],
  ];
  for (const [args, message] of bad) {
    it(`refuses "${args.join(" ")}" with one line`, () => {
      assert.throws(
        () => identity(...args),
        (error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, message);
          assert.ok(!error.message.includes("\n"));
          return true;
        },
      );
    });
  }
});
