import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectationOf, variablesIn } from "../deployed-app.ts";
import { findErrors, itFinds, overlayOf, variable } from "../testing/manifests.ts";

describe("findSettingErrors", () => {
  itFinds([
    ["a variable that is not given", "env", (old) => old.slice(1), /is read in .* but not given/],
    [
      "a variable that the program does not read",
      "env",
      (old) => [...old, { name: "FEATURE", value: "on" }],
      /FEATURE is given, but/,
    ],
    ["a variable that is given twice", "env", (old) => [...old, ...old.slice(0, 1)], /is given twice/],
    ["variables that come in bulk", "container envFrom", [{ configMapRef: { name: "a" } }], /envFrom/],
    [
      "a secret in the manifest",
      "env",
      variable("IDENTITY_KEYS", { value: "k:c2VjcmV0" }),
      /IDENTITY_KEYS is a secret/,
    ],
    [
      "a secret from a configuration",
      "env",
      variable("IDENTITY_KEYS", { valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }),
      /IDENTITY_KEYS is a secret/,
    ],
    [
      "a secret that may be missing",
      "env",
      variable("IDENTITY_KEYS", { valueFrom: { secretKeyRef: { name: "a", key: "b", optional: true } } }),
      /may be missing/,
    ],
    [
      "a value that cannot be read here",
      "env",
      variable("USERS_URL", { valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }),
      /USERS_URL must have its value/,
    ],
    [
      "a password in an address",
      "env",
      variable("USERS_URL", { value: "http://me:pw@users.users:9001" }),
      /password in its address/,
    ],
    [
      "a value that the program refuses",
      "env",
      variable("LOG_LEVEL", { value: "verbose" }),
      /LOG_LEVEL is .*verbose/,
    ],
    [
      "a port that the container does not declare",
      "env",
      variable("PORT", { value: "8102" }),
      /PORT is 8102/,
    ],
    [
      "a file where nothing is mounted",
      "env",
      variable("KEYS_FILE", { value: "/keys.json" }),
      /nothing is mounted/,
      "gateway",
    ],
    [
      "keys that come from no secret",
      "env",
      variable("KEYS_FILE", { value: "/etc/triptych/contracts/k" }),
      /mount it from a secret/,
      "gateway",
    ],
  ]);

  it("finds a variable that the app reads and the manifest does not give", async () => {
    const expected = await expectationOf("web-bff");
    const settings = { ...expected.settings, NEW_FEATURE: { read: () => "x" } };
    assert.deepEqual(findErrors({ ...expected, settings }, overlayOf("web-bff")), [
      `NEW_FEATURE is read in ${expected.settingsFile}, but not given`,
    ]);
  });

  it("finds the variables in a configuration of HAProxy, and those that may be missing", () => {
    const text = "bind ${NEW_BIND}\n# ${SAID}\n.if defined(PERHAPS)\nserver ${PERHAPS} ${TOO}\n.endif\n";
    assert.deepEqual(variablesIn(text), { needed: ["NEW_BIND"], optional: ["PERHAPS", "TOO"] });
  });

  it("finds a variable that HAProxy reads and the manifest does not give", async () => {
    const expected = await expectationOf("reverse-proxy");
    const settings = { ...expected.settings, NEW_BIND: { read: () => "x" } };
    assert.deepEqual(findErrors({ ...expected, settings }, overlayOf("reverse-proxy")), [
      "NEW_BIND is read in apps/reverse-proxy/haproxy/haproxy.cfg, but not given",
    ]);
  });
});
