import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectationOf } from "../deployed-app.ts";
import { findErrors, itFinds, overlayOf, variable } from "../testing/manifests.ts";

describe("findReferenceErrors", () => {
  itFinds([
    [
      "a service of other pods",
      "Service spec selector",
      { "app.kubernetes.io/name": "web" },
      /Service selects/,
    ],
    ["an autoscaler of something else", "HorizontalPodAutoscaler spec scaleTargetRef name", "web", /scales/],
    ["a monitor of the public port", "ServiceMonitor spec endpoints 0 port", "http", /ServiceMonitor reads/],
    [
      "another team's label",
      "Deployment spec template metadata labels triptych.example/team",
      "mobile-team",
      /team is/,
    ],
    ["the latest image", "container image", "images.triptych.example/web-bff:latest", /version of its own/],
    [
      "another app's image",
      "container image",
      "images.triptych.example/mobile-bff:1.0.0",
      /version of its own/,
    ],
    [
      "a part in another namespace",
      "Service metadata namespace",
      "default",
      /Service\/web-bff is not in the namespace/,
    ],
    [
      "a service that the outside reaches",
      "Service spec type",
      "LoadBalancer",
      /Service is "LoadBalancer", not "ClusterIP"/,
    ],
    [
      "a public service that hides the client's address",
      "Service/reverse-proxy-public spec externalTrafficPolicy",
      "Cluster",
      /the public Service is/,
      "reverse-proxy",
    ],
    [
      "a proxy that is killed while requests end",
      "pod terminationGracePeriodSeconds",
      20,
      /terminationGracePeriodSeconds must be 25/,
      "reverse-proxy",
    ],
    [
      "a proxy that listens on another port",
      "env",
      variable("HTTPS_BIND", { value: ":443" }),
      /HTTPS_BIND is 443, but the container's port https is 8443/,
      "reverse-proxy",
    ],
    [
      "a changed file that the pods would not notice",
      "ConfigMap/reverse-proxy-configuration data haproxy.cfg",
      "global\n",
      /annotation is "[0-9a-f]{12}", not/,
      "reverse-proxy",
    ],
  ]);

  for (const [kind, says] of [
    ["ConfigMap", /ConfigMap\/partner-bff-contract does not hold contracts\/schema\.graphql/],
    ["NetworkPolicy", /must consist of .*NetworkPolicy\/partner-bff/],
  ] as const) {
    it(`finds that ${kind} is missing`, async () => {
      const expected = await expectationOf("partner-bff");
      const rest = overlayOf("partner-bff").filter((resource) => resource["kind"] !== kind);
      assert.match(
        outcomeOf(() => findErrors(expected, rest)),
        says,
      );
    });
  }
});

function outcomeOf(find: () => string[]): string {
  try {
    return find().join("\n");
  } catch (error) {
    return String(error);
  }
}
