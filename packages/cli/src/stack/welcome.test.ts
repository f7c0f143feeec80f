import assert from "node:assert/strict";
import { it } from "node:test";
import type { Role } from "./roles.ts";
import { welcome } from "./welcome.ts";

it("without a BFF, shows requests to the services' own APIs", () => {
  const names = ["users", "orders", "recommendations", "gateway"];
  const roles = names.map((name): Role => ({ name, kind: "service", main: "", port: 0 }));
  const text = welcome(
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
  );
  assert.match(text, /^curl -s http:\/\/127\.0\.0\.1:8080\/api\/v1\/users\/me /m);
  assert.doesNotMatch(text, /-bff|\/web\//);
});
