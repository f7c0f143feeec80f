import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { at, memberOf } from "../testing/json.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { ServiceUnderTest } from "../testing/service-under-test.ts";
import { usersService } from "./main.ts";

describe("the users service", () => {
  let users: ServiceUnderTest;
  before(async () => {
    users = await startUnderTest(usersService);
  });
  after(() => users.stop());

  it("answers every field that the database has", async () => {
    const database = new DatabaseSync(join(users.dataDir, "users.sqlite"), { readOnly: true });
    for (const userId of ["1", "3", "12", "777", "2400"]) {
      const { text } = await users.call(userId, "/users/me");
      const row = database.prepare("SELECT * FROM users WHERE id = ?").get(userId);
      const fields: [path: string, column: string][] = [
        ["email", "email"],
        ["phone", "phone"],
        ["name.given", "given_name"],
        ["name.family", "family_name"],
        ["name.display", "display_name"],
        ["name.honorific", "honorific"],
        ["birthDate", "birth_date"],
        ["locale", "locale"],
        ["timeZone", "time_zone"],
        ["loyalty.tier", "loyalty_tier"],
        ["loyalty.points", "loyalty_points"],
        ["loyalty.expiringPoints", "expiring_points"],
        ["loyalty.expiresAt", "points_expire_on"],
        ["preferences.currency", "currency"],
        ["preferences.theme", "theme"],
        ["marketing.lifetimeValue", "lifetime_value"],
        ["createdAt", "created_at"],
        ["updatedAt", "updated_at"],
        ["lastSeenAt", "last_seen_at"],
      ];
      for (const [path, column] of fields)
        assert.equal(at(text, path), memberOf(row, column), `${path} of user ${userId}`);
      assert.equal(
        at(text, "avatar.medium"),
        `https://shop.example${String(memberOf(row, "avatar_medium"))}`,
      );
      const cities = database
        .prepare("SELECT city FROM addresses WHERE user_id = ? ORDER BY position")
        .all(userId);
      assert.deepEqual(
        cities.map((address) => address["city"]),
        cities.map((_, index) => at(text, `addresses.${index}.city`)),
      );
    }
    database.close();
  });

  it("knows the sample users by the names that development offers", async () => {
    const file = join(import.meta.dirname, "..", "sample-users.json");
    const sample: readonly { id: string; name: string }[] = JSON.parse(readFileSync(file, "utf8"));
    for (const { id, name } of sample) {
      const { text } = await users.call(id, "/users/me");
      assert.equal(at(text, "name.display"), name);
    }
  });

  it("leaves out the locale and the time zone of a user who has none", async () => {
    const user: unknown = JSON.parse((await users.call("11", "/users/me")).text);
    assert.ok(typeof user === "object" && user !== null && !("locale" in user) && !("timeZone" in user));
  });

  it("says how long an answer may be cached, and by which cache", async () => {
    const { headers } = await users.call("1", "/users/me");
    assert.equal(headers["cache-control"], "private, max-age=30");
    assert.equal(headers["vary"], "X-User-Id");
    assert.match(String(headers["etag"]), /^"[^"]+"$/);
  });

  it("answers 304 with the same validators to a caller that has the answer", async () => {
    const first = await users.call("1", "/users/me");
    const etag = String(first.headers["etag"]);
    for (const field of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await users.call("1", "/users/me", { headers: { "if-none-match": field } });
      assert.deepEqual([again.status, again.text], [304, ""], field);
      assert.equal(again.headers["etag"], etag);
      assert.equal(again.headers["cache-control"], "private, max-age=30");
      assert.equal(again.headers["content-type"], undefined);
    }
    const other = await users.call("2", "/users/me", { headers: { "if-none-match": etag } });
    assert.equal(other.status, 200);
  });

  it("answers another ETag once the user has changed", async () => {
    const before = await users.call("20", "/users/me");
    const database = new DatabaseSync(join(users.dataDir, "users.sqlite"));
    database.exec("UPDATE users SET loyalty_points = loyalty_points + 1 WHERE id = '20'");
    database.close();
    const after = await users.call("20", "/users/me", {
      headers: { "if-none-match": String(before.headers["etag"]) },
    });
    assert.equal(after.status, 200);
    assert.notEqual(after.headers["etag"], before.headers["etag"]);
  });

  it("accepts no doubled, empty or malformed X-User-Id", async () => {
    for (const headers of [
      ["x-user-id", "1", "x-user-id", "1"],
      ["x-user-id", ""],
      ["x-user-id", "1, 2"],
      ["x-user-id", "jané"],
      ["x-user-id", "a".repeat(256)],
    ]) {
      assert.equal((await users.call("", "/users/me", { headers })).status, 401, JSON.stringify(headers));
    }
  });
});
