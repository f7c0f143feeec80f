import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { readRooms, ROOT, shippedApps } from "../repository/tree.ts";
import { expectationOf } from "./deployed-app.ts";
import { findErrors, itFinds, overlayOf } from "./testing/manifests.ts";

describe("the manifests", () => {
  const apps = shippedApps(readRooms(ROOT)).map(({ name }) => name);
  assert.ok(apps.length > 0);
  for (const app of apps) {
    const overlays = globSync("*/", { cwd: join(ROOT, "apps", app, "deploy", "overlays") }).map((path) =>
      basename(path),
    );

    it(`of ${app} exist for staging and production`, () => {
      assert.deepEqual(overlays.toSorted(), ["production", "staging"]);
    });

    for (const overlay of overlays) {
      it(`of ${app} in ${overlay} agree with its program, its owner and its neighbours`, async () => {
        assert.deepEqual(findErrors(await expectationOf(app), overlayOf(app, overlay)), []);
      });
    }
  }
});

describe("findSchemaErrors, which knows what Kubernetes would refuse or ignore,", () => {
  itFinds([
    ["a misspelt field", "container readinesProbe", {}, /readinesProbe is no field/],
    [
      "a misspelt field deep inside",
      "container livenessProbe httpGet pth",
      "/",
      /livenessProbe\/httpGet\/pth is no field/,
    ],
    ["an unknown field of the monitor", "ServiceMonitor spec endpoint", [], /\/spec\/endpoint is no field/],
    ["an unknown field of the network policy", "NetworkPolicy spec ingress 0 form", [], /form is no field/],
    ["a number as text", "HorizontalPodAutoscaler spec minReplicas", "3", /minReplicas must be integer/],
    [
      "a word that is no choice",
      "Deployment spec strategy type",
      "Rolling",
      /strategy\/type must be equal to one of/,
    ],
    ["a missing field", "container name", undefined, /must have required property name/],
    ["a kind that is not used here", "Service kind", "Secret", /Secret is no kind/],
  ]);
});
