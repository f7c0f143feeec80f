import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { findProxyLogic } from "./architecture/proxy-configuration.ts";

const ROOT = join(import.meta.dirname, "..");
const FILES = globSync("apps/reverse-proxy/**/*.{cfg,conf}", { cwd: ROOT });

describe("the proxies' configuration", () => {
  it("holds no logic of the API", () => {
    assert.ok(FILES.length >= 4);
    const found = FILES.flatMap((file) => findProxyLogic(file, readFileSync(join(ROOT, file), "utf8")));
    assert.deepEqual(found, []);
  });

  const SEEDS = [
    "lua-load /etc/haproxy/auth.lua",
    "http-request lua.check_token",
    "http-request use-service lua.answer if { path /x }",
    "content_by_lua_block { ngx.say(1) }",
    "js_import auth from auth.js;",
    "filter spoe engine agent config spoe.cfg",
    "option http-buffer-request",
    "http-request deny if { req.body -m sub admin }",
    "http-request deny if { req.body_param(role) admin }",
    "http-request wait-for-body time 1s",
    "sub_filter '</head>' '<script></script>';",
    'if ($request_body ~ "admin") { return 403; }',
    "http-request set-var(txn.sub) http_auth_bearer,jwt_payload_query('$.sub')",
    'http-request deny unless { http_auth_bearer,jwt_verify(txn.alg,"key.pem") 1 }',
    "http-request deny unless { req.hdr(authorization) -m found }",
    "http-request deny unless { req.hdr(X-API-Key) key }",
    "http-request set-var(txn.s) req.cook(session)",
    "auth_jwt on;",
    "auth_request /check;",
    "if ($http_authorization = '') { return 401; }",
  ];
  for (const line of SEEDS) {
    it(`finds ${line}`, () => {
      const [found = ""] = findProxyLogic("a.cfg", `frontend x\n    ${line}\n`);
      assert.match(
        found,
        /^a\.cfg:2: it (?:runs code|opens a body|reads a token): .* belongs in the gateway/,
      );
    });
  }

  it("takes sizes, comments and dropped headers for none", () => {
    const sound =
      "# lua-load x\nhttp-request deny if { req.body_size gt 100000 }\nhttp-request del-header ^x-identity$ -m reg\n";
    assert.deepEqual(findProxyLogic("a.cfg", sound), []);
  });
});
