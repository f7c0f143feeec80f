import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { findStrangeDirectives } from "./architecture/proxy-directives.ts";
import { ROOT } from "./repository/tree.ts";

const FILES = globSync("apps/reverse-proxy/**/*.{cfg,conf}", { cwd: ROOT });

describe("the proxies' configuration", () => {
  it("contains no logic of the API", () => {
    assert.ok(FILES.length >= 4);
    const found = FILES.flatMap((file) =>
      findStrangeDirectives(file, readFileSync(join(ROOT, file), "utf8")),
    );
    assert.deepEqual(found, []);
  });

  const HAPROXY = [
    "lua-load /etc/haproxy/auth.lua",
    "http-request lua.check_token",
    "http-request use-service lua.answer if { lua.wanted }",
    "filter spoe engine agent config spoe.cfg",
    "option http-buffer-request",
    "http-request deny if { req.body -m sub admin }",
    "http-request deny if { req.body_param(role) admin }",
    "http-request wait-for-body time 1s",
    "http-request set-var(txn.sub) http_auth_bearer,jwt_payload_query('$.sub')",
    'http-request deny unless { http_auth_bearer,jwt_verify(txn.alg,"key.pem") 1 }',
    "http-request deny unless { req.hdr(authorization) -m found }",
    "http-request deny unless { req.hdr(X-API-Key) key }",
    "http-request set-header X-User %[req.hdr(authorization),word(2,.)]",
    "http-request set-header X-User '%[req.hdr(authorization)]'",
    "http-request deny if !{ req.hdr(authorization) -m found }",
    "http-response set-var(txn.user) req.hdr(authorization)",
    "http-request set-var(txn.s) req.cook(session)",
    "stick-table type ip size 1m expire 60s store http_req_rate(60s)",
    "http-request track-sc0 src",
    "http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }",
    "rate-limit sessions 100",
    "balance hdr(Authorization)",
    "capture request header Cookie len 100",
    "acl admin path_beg /admin",
    "tcp-request content lua.check",
    "http-after-response lua.add",
    'server gateway-1 "${GATEWAY_1}" check agent-check agent-port 9999',
    "default-server check agent-inter 1s",
  ];
  const NGINX = [
    "content_by_lua_block { ngx.say(1) }",
    "js_import auth from auth.js;",
    "sub_filter '</head>' '<script></script>';",
    'if ($request_body ~ "admin") { return 403; }',
    "auth_jwt on;",
    "auth_request /check;",
    "if ($http_authorization = '') { return 401; }",
    "proxy_set_header X-User $http_x_user;",
    "add_header X-Session $cookie_session;",
    "limit_req zone=one burst=5;",
    "limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;",
    "limit_conn addr 1;",
    "perl_set $x 'sub { }';",
    "mirror /copy;",
    "rewrite ^ /x break;",
    "load_module modules/ngx_http_js_module.so;",
    "include /etc/nginx/conf.d/*.conf;",
    "include ../auth.conf;",
    "include snippets/lua.conf;",
  ];
  for (const [file, lines] of [
    ["a.cfg", HAPROXY],
    ["a.conf", NGINX],
  ] as const) {
    for (const line of lines) {
      it(`finds ${line}`, () => {
        const [found = ""] = findStrangeDirectives(file, `\n    ${line}\n`);
        assert.match(found, /^a\.c(?:fg|onf):2: .* is not on the list .* belongs in the gateway/);
      });
    }
  }

  it("allows sizes, paths, comments and dropped headers", () => {
    const haproxy =
      "# lua-load x\nhttp-request deny if { req.body_size gt 100000 } # lua\nhttp-request del-header ^x-identity$ -m reg\n";
    assert.deepEqual(findStrangeDirectives("a.cfg", haproxy), []);
    const nginx = "# js_import\nclient_max_body_size 100k;\nlocation /web/ { proxy_pass http://gateways; }\n";
    assert.deepEqual(findStrangeDirectives("a.conf", nginx), []);
  });
});
