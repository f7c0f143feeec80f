import assert from "node:assert/strict";
import { test } from "node:test";
import { renderFields, renderUnseen } from "./render.ts";

const HOME = {
  app: "web-bff",
  screen: "home-page",
  upstream: "users",
  operation: "me",
  requests: 1,
  read: ["/id"],
  unread: [{ pointer: "/email", bytes: 22, share: 0.055 }],
} as const;

test("names the fields that a screen does not read, with their share", () => {
  assert.equal(
    renderFields([HOME]),
    "home-page: users.me, 5.5% of its bytes are not read (1 request, 1 field read)\n    5.5%       22 B  /email",
  );
});

test("says which screens were not opened yet, and what to do", () => {
  assert.match(
    renderUnseen(["home-page", "orders", "product"], [HOME]),
    /^Not seen yet: orders, product\. Open/,
  );
  assert.equal(renderUnseen(["home-page"], [HOME]), "");
});
