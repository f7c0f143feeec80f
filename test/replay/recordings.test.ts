import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { DEFAULT_USERS } from "@triptych/cli/stack";
import { pristineData } from "../domain-services/testing/pristine-data.ts";
import { readRecording, recordingFile, RECORDINGS } from "../domain-services/replay/recording.ts";

const SERVICES = ["users", "orders", "recommendations", "catalog"];
const RECORDED = DEFAULT_USERS.map((id) => `'${id}'`).join();

/** What is personal in the sample databases. */
const PERSONAL: readonly (readonly [database: string, sql: string])[] = [
  ["users", "SELECT email FROM users"],
  ["users", "SELECT phone FROM users WHERE phone IS NOT NULL"],
  ["users", "SELECT display_name FROM users"],
  ["users", "SELECT family_name FROM users"],
  ["users", "SELECT given_name FROM users"],
  ["users", "SELECT avatar_small FROM users"],
  ["users", "SELECT avatar_medium FROM users"],
  ["users", "SELECT avatar_large FROM users"],
  ["users", "SELECT line1 FROM addresses"],
  ["users", "SELECT line2 FROM addresses WHERE line2 IS NOT NULL"],
  ["users", "SELECT city FROM addresses"],
  ["users", "SELECT postcode FROM addresses"],
  ["users", "SELECT consent_version FROM users"],
  ["orders", "SELECT id FROM orders"],
  // Short ones, which an invented one may be like by chance: only of those who were recorded.
  ["orders", `SELECT number FROM orders WHERE user_id IN (${RECORDED})`],
  ["orders", "SELECT tracking_number FROM shipments"],
  ["orders", `SELECT placed_at FROM orders WHERE user_id IN (${RECORDED})`],
  ["users", `SELECT birth_date FROM users WHERE id IN (${RECORDED})`],
  ["users", `SELECT created_at FROM users WHERE id IN (${RECORDED})`],
  ["users", `SELECT last_seen_at FROM users WHERE id IN (${RECORDED})`],
];

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) yield* textsIn(part);
}

describe("the recordings that are checked in", () => {
  it("hold nothing that is personal in the sample databases", async () => {
    const folder = await pristineData();
    const personal = new Set<string>();
    for (const [name, sql] of PERSONAL) {
      using database = new DatabaseSync(join(folder, `${name}.sqlite`), { readOnly: true });
      for (const row of database.prepare(sql).iterate()) {
        for (const value of Object.values(row)) if (typeof value === "string") personal.add(value);
      }
    }
    assert.ok(personal.size > 10_000, "the queries find what there is");
    for (const service of SERVICES.filter((name) => name !== "catalog")) {
      for (const exchange of readRecording(recordingFile(RECORDINGS, service))) {
        const found = [...textsIn(exchange)].filter((text) => personal.has(text));
        assert.deepEqual(found, [], `${service} ${exchange.path} of person ${exchange.person}`);
      }
    }
  });

  it("hold no address, token, cookie or id of a user anywhere", () => {
    for (const service of SERVICES) {
      const text = readFileSync(recordingFile(RECORDINGS, service), "utf8");
      assert.doesNotMatch(text, /eyJ|cookie|authorization|txn-token|\/avatars\/\d/i, service);
      for (const [address] of text.matchAll(/[\w.+-]+@[\w.-]+/g)) {
        assert.match(address, /^(?:person-\d+@example\.com|purchasing@supplier\.example)$/);
      }
      for (const [, id] of text.matchAll(/"userId":"([^"]*)"/g)) assert.equal(id, "{user}");
    }
  });

  it("are small enough to read, and have the same people in every service", () => {
    for (const service of SERVICES) {
      const text = readFileSync(recordingFile(RECORDINGS, service), "utf8");
      assert.ok(text.length < 300_000, `${service} has ${text.length} characters`);
      const people = new Set(readRecording(recordingFile(RECORDINGS, service)).map(({ person }) => person));
      assert.deepEqual([...people], service === "catalog" ? [null] : [1, 2, 3, 4, 5, 6]);
    }
  });
});
