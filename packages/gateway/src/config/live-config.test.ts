import assert from "node:assert/strict";
import { generateKeyPairSync, hash, randomBytes } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createLogger } from "@triptych/service-kit";
import { CapturedLog, FakeClock } from "@triptych/testing";
import { stringify } from "yaml";
import { readDocument } from "../contracts/document.ts";
import { readApiKeys } from "../credentials/api-keys.ts";
import { SAMPLE_CONTRACT } from "../testing/sample-contract.ts";
import { sampleTable } from "../testing/sample-table.ts";
import { readKeys } from "./keys-file.ts";
import { followFiles } from "./live-config.ts";

const REFUSED = "a changed file cannot be used, the old one stays in force";
const ring = (kid: string): string => `${kid}:${randomBytes(32).toString("base64url")}`;
const txnKey = { ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }), kid: "t" };
const keysFile = (kid: string): string =>
  JSON.stringify({
    identityKeys: { "web-bff": ring(kid), "partner-bff": ring(kid) },
    txnTokenKeys: [txnKey],
    sessionKeys: ring(kid),
  });
const apiKeyOf = (letter: string): string => `tk_acme_${letter.repeat(43)}`;
const apiKeysFile = (letter: string): string =>
  JSON.stringify({ apiKeys: [{ id: "acme", sha256: hash("sha256", apiKeyOf(letter)), user: "7" }] });
const yaml = (version: string): string =>
  `${stringify({ ...SAMPLE_CONTRACT, info: { title: "Sample", version } })}...\n`;

/** The files of a gateway, followed on a clock that the test moves. */
async function follow() {
  const dir = await mkdtemp(join(tmpdir(), "live-config-"));
  /** At once or not at all, as a rotation does it. */
  const write = async (file: string, text: string): Promise<void> => {
    await writeFile(join(dir, `${file}.new`), text);
    await rename(join(dir, `${file}.new`), join(dir, file));
  };
  await write("keys.json", keysFile("first"));
  await write("api-keys.json", apiKeysFile("A"));
  for (const contract of ["sample", "recommendations"]) await write(contract, yaml("1"));
  const [clock, log] = [new FakeClock(), new CapturedLog(createLogger)];
  const files = {
    KEYS_FILE: join(dir, "keys.json"),
    API_KEYS_FILE: join(dir, "api-keys.json"),
    CONTRACTS_DIR: dir,
  };
  const { current, close } = followFiles(files, sampleTable(), { logger: log.logger, clock });
  return {
    dir,
    log,
    clock,
    current,
    write,
    kid: () => current().identityKeys.get("web-bff")?.[0]?.kid,
    /** Lets a second pass, and waits for the look at the files. */
    async look() {
      clock.advance(1_000);
      while (clock.pending === 0) await wait(1);
    },
    async [Symbol.asyncDispose]() {
      close();
      assert.equal(clock.pending, 0);
      await rm(dir, { recursive: true });
    },
  };
}

describe("the files that a gateway follows", () => {
  it("cost no compiling of contracts when keys change, for which every request would wait; a new contract costs its own", async () => {
    await using files = await follow();
    const first = files.current();
    await files.write("keys.json", keysFile("second"));
    await files.look();
    assert.equal(files.kid(), "second");
    const rotated = files.current();
    assert.notEqual(rotated.cookies, first.cookies);
    for (const [file, contract] of first.contracts) assert.equal(rotated.contracts.get(file), contract);

    await files.write("sample", yaml("2"));
    await files.look();
    const released = files.current();
    assert.notEqual(released.contracts.get("sample"), first.contracts.get("sample"));
    assert.equal(released.contracts.get("recommendations"), first.contracts.get("recommendations"));
    assert.equal(
      released.identityKeys,
      rotated.identityKeys,
      "a ring that did not change is the same object",
    );
  });

  it("are read when they are replaced right after the start, and with the time and size of before", async () => {
    await using files = await follow();
    await writeFile(join(files.dir, "api-keys.json"), apiKeysFile("B"));
    await files.look();
    assert.equal(files.current().verifyApiKey(apiKeyOf("B")).apiKeyId, "acme");
  });

  it("count each by itself: a broken contract keeps no key from changing", async () => {
    await using files = await follow();
    const before = files.current().contracts.get("sample");
    await files.write("sample", "openapi: [");
    await files.write("keys.json", keysFile("second"));
    await files.write("api-keys.json", apiKeysFile("B"));
    await files.look();
    assert.equal(files.kid(), "second");
    assert.equal(files.current().verifyApiKey(apiKeyOf("B")).apiKeyId, "acme");
    assert.throws(() => files.current().verifyApiKey(apiKeyOf("A")));
    assert.equal(files.current().contracts.get("sample"), before);
    await files.look();
    const { file, why } = await files.log.only(REFUSED);
    assert.deepEqual([file, why], [join(files.dir, "sample"), "sample is neither JSON nor YAML"]);
    await files.write("sample", yaml("2"));
    await files.look();
    assert.notEqual(files.current().contracts.get("sample"), before);
  });

  it("stay in force while one is gone, with one line in the log, and change when it is back", async () => {
    await using files = await follow();
    await rm(join(files.dir, "keys.json"));
    await files.look();
    await files.look();
    assert.equal(files.kid(), "first");
    assert.equal((await files.log.only(REFUSED))["why"], "there is no such file");
    await files.write("keys.json", keysFile("second"));
    await files.look();
    assert.equal(files.kid(), "second");
  });

  it("may begin with a byte order mark, but must be UTF-8", async () => {
    await using files = await follow();
    const before = files.current();
    await files.write("keys.json", `\uFEFF${keysFile("second")}`);
    await files.write("api-keys.json", `\uFEFF${apiKeysFile("B")}`);
    await files.write("sample", `\uFEFF${yaml("2")}`);
    await files.write("recommendations", `\uFEFF${JSON.stringify(SAMPLE_CONTRACT)}`);
    await files.look();
    const after = files.current();
    assert.equal(files.kid(), "second");
    assert.equal(after.verifyApiKey(apiKeyOf("B")).apiKeyId, "acme");
    for (const [file, contract] of before.contracts) assert.notEqual(after.contracts.get(file), contract);
    await writeFile(join(files.dir, "keys.json"), Buffer.from(keysFile("third"), "utf16le"));
    await writeFile(join(files.dir, "sample"), Buffer.from(`\uFEFF${yaml("3")}`, "utf16le"));
    await files.look();
    assert.deepEqual([files.kid(), files.current().contracts], ["second", after.contracts]);
    assert.equal(files.log.lines(REFUSED).length, 2);
  });

  it("are in force only as a whole, in whatever pieces one is written", async () => {
    await using files = await follow();
    const text = keysFile("second");
    for (const length of [0, 1, 100, text.length - 1, text.length]) {
      await writeFile(join(files.dir, "keys.json"), text.slice(0, length));
      await files.look();
      assert.equal(files.kid(), length === text.length ? "second" : "first");
    }
    for (const line of files.log.raw) assert.ok(!line.includes(text.slice(40, 80)), "no secret is logged");
  });
});

describe("a file that was written by half is refused", () => {
  const kinds: [name: string, text: string, read: (text: string) => unknown][] = [
    ["a contract in YAML", yaml("1"), (text) => readDocument(text, "x")],
    ["a contract in YAML without a line end", yaml("1").trimEnd(), (text) => readDocument(text, "x")],
    ["a contract in YAML with CRLF", yaml("1").replaceAll("\n", "\r\n"), (text) => readDocument(text, "x")],
    ["a contract in JSON", JSON.stringify(SAMPLE_CONTRACT), (text) => readDocument(text, "x")],
    ["the keys file", keysFile("k"), (text) => readKeys(text, ["web-bff"], new FakeClock())],
    ["the file of API keys", apiKeysFile("A"), readApiKeys],
  ];
  for (const [name, text, read] of kinds) {
    it(`${name}, wherever it was cut`, () => {
      assert.ok(read(text));
      const whole = text.trimEnd().length;
      // Reading YAML takes long: every 7th place, and all of the last 40.
      const step = name.includes("YAML") ? 7 : 1;
      for (let length = 0; length < whole; length += length < whole - 40 ? step : 1) {
        assert.throws(() => read(text.slice(0, length)), `${length} of ${whole} characters`);
      }
    });
  }

  it("and a YAML contract without its end says what to add", () => {
    assert.throws(
      () => readDocument(stringify(SAMPLE_CONTRACT), "x"),
      /^ContractError: x has no end: .* must be "\.\.\."$/,
    );
  });
});
