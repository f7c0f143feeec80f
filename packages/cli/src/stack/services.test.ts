import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readArguments, UsageError } from "../command-line.ts";
import { planServices, SERVICE_OPTIONS } from "./services.ts";

const KEY = "k".repeat(43);
const NAMES = ["users", "orders", "recommendations", "catalog"];
const plan = (...args: string[]) =>
  planServices(readArguments(args, SERVICE_OPTIONS).values, NAMES, () => KEY);

describe("the options for the domain services", () => {
  it("change nothing where there are none, and ask for no key", () => {
    const planned = planServices({}, NAMES, () => assert.fail("nothing is recorded"));
    assert.deepEqual([planned.mode, planned.standIns, planned.users], ["real", [], []]);
    assert.deepEqual(planned.roleEnv, { users: {}, orders: {}, recommendations: {}, catalog: {} });
  });

  it("--replay puts a stand-in in the place of every service that is not said to be real", () => {
    const { standIns, roleEnv } = plan("--replay", "--real", "orders");
    assert.deepEqual(standIns, ["users", "recommendations", "catalog"]);
    assert.deepEqual(roleEnv.users, { REPLAY_SERVICE: "users", REPLAY_MODE: "replay" });
    assert.deepEqual(roleEnv.orders, {});
  });

  it("--real with an address passes on to the service there", () => {
    const { standIns, roleEnv } = plan("--replay", "--real", "orders=http://10.0.0.5:9002");
    assert.ok(standIns.includes("orders"));
    assert.deepEqual(roleEnv.orders, {
      REPLAY_SERVICE: "orders",
      REPLAY_MODE: "pass",
      REPLAY_FROM: "http://10.0.0.5:9002",
    });
  });

  it("--record records every service, as the users that are named", () => {
    const { standIns, roleEnv, users } = plan("--record", "--users", "3,abc");
    assert.equal(standIns.length, 4);
    assert.deepEqual(users, ["3", "abc"]);
    assert.deepEqual(roleEnv.catalog, {
      REPLAY_SERVICE: "catalog",
      REPLAY_MODE: "record",
      REPLAY_KEY: KEY,
      REPLAY_USERS: "3,abc",
    });
  });

  it("--slow and --fail are the services' switches, also of real ones", () => {
    const { roleEnv } = plan("--slow", "catalog=800", "--fail", "catalog", "--fail", "users=500");
    assert.deepEqual(JSON.parse(roleEnv.catalog?.["SWITCHES"] ?? ""), {
      delay: { ms: 800 },
      fail: { status: 503 },
    });
    assert.deepEqual(JSON.parse(roleEnv.users?.["SWITCHES"] ?? ""), { fail: { status: 500 } });
  });

  for (const [what, args, message] of [
    ["both modes", ["--replay", "--record"], /^--replay and --record exclude each other$/],
    [
      "a service that there is not",
      ["--replay", "--real", "order"],
      /^--real takes .* but 'order' is no service$/,
    ],
    ["--real alone", ["--real", "orders"], /^--real goes with --replay or --record/],
    ["--real without an address while recording", ["--record", "--real", "orders"], /needs an address like/],
    [
      "an address that is none",
      ["--replay", "--real", "orders=localhost"],
      /needs an address like .*, got localhost/,
    ],
    ["--slow without a number", ["--slow", "catalog"], /^--slow takes <service>=<ms>/],
    ["--slow in seconds", ["--slow", "catalog=1s"], /got 'catalog=1s'/],
    ["a status that is no failure", ["--fail", "users=200"], /^--fail takes .* 400 to 599, got 'users=200'/],
    ["--users without --record", ["--replay", "--users", "1"], /^--users goes with --record/],
    ["a user that can be none", ["--record", "--users", "1,,2"], /got ''/],
  ] as const) {
    it(`refuse ${what} in one line`, () => {
      assert.throws(
        () => plan(...args),
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
