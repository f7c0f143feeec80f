import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { json } from "../http/reply.ts";
import { damage } from "./damage.ts";
import type { Damage } from "./damage.ts";

const breakable = {
  required: "slots.*.product",
  typed: "slots.*.rank",
  enumerated: "slots.*.because.kind",
  maps: ["features"],
};

const damaged = (value: unknown, how: Damage): unknown =>
  JSON.parse(damage(json(value), how, breakable).body);

describe("damaging an answer", () => {
  const slot = { rank: 1, product: { id: "p" }, because: { kind: "popular" } };

  it("takes a required member away", () => {
    assert.deepEqual(damaged({ slots: [slot, slot], model: {} }, "missing-field"), {
      slots: [
        { rank: 1, because: { kind: "popular" } },
        { rank: 1, because: { kind: "popular" } },
      ],
      model: {},
    });
  });

  it("gives a member another type", () => {
    assert.deepEqual(damaged({ slots: [slot] }, "wrong-type"), {
      slots: [{ ...slot, rank: "not what the contract says" }],
    });
  });

  it("gives a listed member a value that is not on the list", () => {
    assert.deepEqual(damaged({ slots: [slot] }, "unknown-enum"), {
      slots: [{ ...slot, because: { kind: "a_value_of_next_year" } }],
    });
  });

  it("damages the list itself where it is empty", () => {
    assert.deepEqual(damaged({ slots: [], model: {} }, "missing-field"), { model: {} });
    assert.deepEqual(damaged({ slots: [], model: {} }, "wrong-type"), {
      slots: "not what the contract says",
      model: {},
    });
  });

  it("adds members to every object and keeps what is there", () => {
    const added = { since: "2027-01-01", values: [1, "two", null] };
    assert.deepEqual(damaged({ slots: [{ rank: 1 }] }, "extra-fields"), {
      slots: [{ rank: 1, aFieldOfNextYear: added }],
      aFieldOfNextYear: added,
    });
  });

  it("adds none to a map, whose values the contract types", () => {
    const map = { features: { score: 1 } };
    const added = { since: "2027-01-01", values: [1, "two", null] };
    assert.deepEqual(damaged(map, "extra-fields"), { ...map, aFieldOfNextYear: added });
  });
});
