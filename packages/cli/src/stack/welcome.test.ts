import assert from "node:assert/strict";
import { it } from "node:test";
import { FIXTURE_ROOT } from "../make/bff/fixture.ts";
import type { Role } from "./roles.ts";
import { welcome } from "./welcome.ts";

/** What is printed where these processes run. */
function welcomeOf(roles: readonly Role[]): string {
  return welcome(
    {
      roles,
      logDir: ".dev/logs",
      publicOrigin: "http://127.0.0.1:8080",
      partnerKeyFile: undefined,
      url: (role) => `http://${role}`,
      adminUrl: (role) => `http://${role}:admin`,
      identity: () => assert.fail("there is nobody to show it to"),
      kill: () => Promise.resolve(),
      restart: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    },
    ".dev/logs",
    FIXTURE_ROOT,
  );
}

it("without a BFF, shows requests to the services' own APIs", () => {
  const names = ["users", "orders", "recommendations", "gateway"];
  const text = welcomeOf(names.map((name): Role => ({ name, kind: "service", main: "", port: 0 })));
  assert.match(text, /^curl -s http:\/\/127\.0\.0\.1:8080\/api\/v1\/users\/me /m);
  assert.doesNotMatch(text, /-bff|\/web\//);
});

it("asks for a token of the company's own identity provider where no development login runs", () => {
  const bff: Role = { name: "tablet-bff", kind: "bff", main: "", port: 0 };
  const login: Role = { name: "identity-provider", kind: "identity-provider", main: "", port: 0 };
  assert.match(welcomeOf([bff]), /identity provider in TOKEN\n.*"Authorization: Bearer \$TOKEN"$/m);
  assert.match(
    welcomeOf([bff, login]),
    /gateway\n.*"Authorization: Bearer \$\(npm run -s token -- --user ada\)"$/m,
  );
});
