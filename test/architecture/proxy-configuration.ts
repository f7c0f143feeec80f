/** Directives and functions by which a proxy runs code, opens a body or judges who asks. */
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

/** What a configuration of HAProxy or nginx does that is no proxy's business: one line each, with where it belongs. */
export function findProxyLogic(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*#/.test(line)) return [];
    return LOGIC.filter(([, directive]) => directive.test(line)).map(
      ([does]) =>
        `${path}:${index + 1}: it ${does}: ${line.trim()}. The proxy knows addresses and certificates: what looks into a request belongs in the gateway (apps/gateway/src/policies), where it is tested and owned.`,
    );
  });
}
