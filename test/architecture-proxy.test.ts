import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ROOT } from "./repository/tree.ts";

const FILES = globSync("apps/reverse-proxy/**/*.{cfg,conf}", { cwd: ROOT });

/** Directives and functions by which a proxy runs code, opens a body or reads a token. */
const LOGIC: readonly (readonly [does: string, directive: RegExp])[] = [
  [
    "runs code",
    /\b(?:lua(?:-[\w-]+|\.[\w.]+)|(?:content|access|rewrite|header_filter|body_filter|log)_by_lua\w*|js_(?:import|content|set|access|body_filter|header_filter)|perl(?:_modules|_require)?|external-check|filter\s+(?:spoe|wasm)|wasm)\b/,
  ],
  [
    "opens a body",
    /\b(?:req\.body(?:_param)?|res\.body|http-buffer-request|request_body|mirror_request_body|sub_filter|echo_read_request_body|wait-for-body)\b/,
  ],
  [
    "reads a token",
    /\b(?:jwt_\w+|auth_jwt\w*|auth_request\w*|auth_basic\w*|http_auth\w*|(?:req|res)\.s?cook\w*\(|req\.f?hdr\w*\(\s*(?:authorization|cookie|x-api-key|x-identity))|\$(?:http_authorization|http_cookie|cookie_\w+|http_x_api_key)/i,
  ],
];

/** What a configuration of HAProxy or nginx does that the gateway must do: one line each. */
function findProxyLogic(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*#/.test(line)) return [];
    return LOGIC.filter(([, directive]) => directive.test(line)).map(
      ([does]) =>
        `${path}:${index + 1}: it ${does}: ${line.trim()}. What looks into a request belongs in the gateway (packages/gateway/src/policies), where it is tested and owned.`,
    );
  });
}

describe("the proxies' configuration", () => {
  it("contains no logic of the API", () => {
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

  it("allows sizes, comments and dropped headers", () => {
    const sound =
      "# lua-load x\nhttp-request deny if { req.body_size gt 100000 }\nhttp-request del-header ^x-identity$ -m reg\n";
    assert.deepEqual(findProxyLogic("a.cfg", sound), []);
  });
});
