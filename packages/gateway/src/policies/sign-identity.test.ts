import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cohortOf } from "./sign-identity.ts";

const USERS = Array.from({ length: 20_000 }, (_, index) => String(index + 1));

describe("the cohort of a user", () => {
  it("is always the same", () => {
    // From sha256sum: it must outlive releases of the gateway, or a canary's users would change
    // with it.
    assert.deepEqual([cohortOf("42", "web-bff"), cohortOf("42", "web-bff")], [871, 871]);
  });

  it("is a whole number from 0 to 999, and each has about as many users", () => {
    const sizes = new Map<number, number>();
    for (const user of USERS) {
      const cohort = cohortOf(user, "web-bff");
      sizes.set(cohort, (sizes.get(cohort) ?? 0) + 1);
    }
    assert.deepEqual(
      [...sizes.keys()].toSorted((a, b) => a - b),
      Array.from({ length: 1_000 }, (_, index) => index),
    );
    // 20 users each; a Poisson's six standard deviations above that.
    assert.ok(Math.max(...sizes.values()) < 20 + 6 * Math.sqrt(20));
  });

  it("is another for another BFF", () => {
    const same = USERS.filter((user) => cohortOf(user, "web-bff") === cohortOf(user, "mobile-bff"));
    assert.ok(same.length < 60, `${same.length} of ${USERS.length} have the same, by chance it would be 20`);
  });
});
