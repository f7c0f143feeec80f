/**
 * What the proxies' configuration may say. Everything else is refused: a directive that reads a
 * token, opens a body, runs code or limits a caller does what the gateway must do.
 */

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** HAProxy's, by their first word. */
const HAPROXY = list(`
  global defaults frontend backend bind server default-server use_backend default_backend mode log log-format
  maxconn fullconn hard-stop-after retries retry-on balance hash-type errorfile http-error
  ssl-default-bind-options ssl-default-bind-ciphersuites ssl-default-bind-ciphers
  h2-workaround-bogus-websocket-clients
  setenv tune.h2.max-concurrent-streams tune.bufsize tune.maxrewrite .if .elif .else .endif .alert .notice
`);

/** Those of which only some of the second words are allowed. */
const HAPROXY_PAIRS = list(`
  http-request/deny http-request/return http-request/redirect http-request/set-header http-request/del-header
  http-request/use-service http-request/set-var http-response/set-header http-response/del-header http-response/set-var
  http-check/expect http-check/send option/httpchk option/httpclose option/http-server-close
  option/abortonclose option/redispatch option/dontlognull option/dontlog-normal option/log-health-checks
  timeout/client timeout/server timeout/connect timeout/queue timeout/check timeout/tunnel
  timeout/http-request timeout/http-keep-alive timeout/client-fin timeout/server-fin capture/request
  stats/enable stats/uri stats/refresh stats/socket
`);

/** What may follow a server's name and address. An `agent-check` would let a program decide. */
const HAPROXY_SERVER = list(`
  check inter fastinter downinter fall rise maxconn port weight backup disabled slowstart ssl verify required none sni
  alpn resolvers init-addr
`);

/** The files that nginx may include: ours, which are checked too, and those that a start writes. */
const NGINX_FILES = /^(?:site\/(?:gateways|redirect|status|listen)|forward|problems|pages)\.conf$/;

/** What an expression may ask about a request: its address and its size. */
const FETCHES = list(`
  path pathq path_beg url length src str method req.body_size req.hdr_cnt req.hdr req.fhdr req.ver capture.req.hdr var res.hdr
  fc_http_major
`);

/** The headers that an expression may read. */
const HEADERS = list("host accept x-cohort x-request-id x-gateway traceresponse upgrade connection");

/** nginx's. */
const NGINX = list(`
  daemon pid worker_processes worker_connections worker_rlimit_nofile worker_shutdown_timeout events http server
  upstream location include map log_format access_log error_log default_type types server_name listen
  http2 http2_max_concurrent_streams ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers
  ssl_session_tickets ssl_session_cache ssl_session_timeout server_tokens keepalive keepalive_timeout
  keepalive_requests send_timeout reset_timedout_connection client_header_timeout client_body_timeout
  client_header_buffer_size large_client_header_buffers client_max_body_size client_body_temp_path
  proxy_temp_path fastcgi_temp_path scgi_temp_path uwsgi_temp_path underscores_in_headers
  ignore_invalid_headers recursive_error_pages error_page internal return add_header proxy_pass
  proxy_set_header proxy_hide_header proxy_http_version proxy_redirect proxy_buffering
  proxy_request_buffering proxy_intercept_errors proxy_connect_timeout proxy_send_timeout
  proxy_read_timeout proxy_next_upstream proxy_next_upstream_tries proxy_next_upstream_timeout
  proxy_ignore_client_abort least_conn stub_status merge_slashes absolute_redirect
`);

const NGINX_VARIABLES = list(`
  bytes_sent host path path_only remote_addr request_method request_time request_uri status
  time_iso8601 upstream_addr upstream_response_time server_protocol request_id scheme
  upstream_http_x_request_id upstream_http_traceresponse
  http_accept answer_type page_policy not_found unavailable_page unreachable late
`);

/** Every directive of a proxy's configuration that is not on the list: one line each. */
export function findStrangeDirectives(path: string, text: string): string[] {
  const read = path.endsWith(".cfg") ? strangeInHaproxy : strangeInNginx;
  return read(text).map(
    ({ line, what }) =>
      `${path}:${line}: ${what} is not on the list of directives (test/architecture/proxy-directives.ts). What looks into a request, runs code or limits a caller belongs in the gateway (packages/gateway/src/policies), where it is tested and owned.`,
  );
}

type Strange = { readonly line: number; readonly what: string };

function strangeInHaproxy(text: string): Strange[] {
  return text.split("\n").flatMap((full, index) => {
    // Texts, such as an answer's body, and settings from the environment say nothing about a
    // request.
    const code = full.replace(/(?<=^|\s)#.*$/, "");
    const line = code.replaceAll(/'[^']*'/g, "''").replaceAll(/\$\{[^}]*\}/g, "");
    const [first = "", second = ""] = line.trim().split(/\s+/);
    if (first === "") return [];
    const pair = `${first}/${second.replace(/\(.*/, "")}`;
    const directives = HAPROXY.has(first) || HAPROXY_PAIRS.has(pair) ? [] : [`${first} ${second}`.trim()];
    return [...directives, ...strangeOptions(line), ...strangeFetches(line, code)].map((what) => ({
      line: index + 1,
      what,
    }));
  });
}

/** The words of a server's options; numbers, times and texts are their values. */
function strangeOptions(line: string): readonly string[] {
  const [first = "", ...words] = line
    .replaceAll(/"[^"]*"/g, '""')
    .trim()
    .split(/\s+/);
  const options = first === "server" ? words.slice(2) : first === "default-server" ? words : [];
  return options
    .filter((word) => /^[a-z]/.test(word) && !HAPROXY_SERVER.has(word))
    .map((word) => `${first} ${word}`);
}

/**
 * In conditions (`{ path / }`), in variables, in texts (`%[src]`, also between quotes), and in what
 * requests are balanced by.
 */
function strangeFetches(line: string, code: string): readonly string[] {
  const expressions = [
    ...line.matchAll(/(?:^|[\s!])\{\s*([^\s}]+)/g),
    ...code.matchAll(/%\[([^\]]+)\]/g),
    ...line.matchAll(/\bset-var\([^)]*\)\s+(\S+)/g),
    ...line.matchAll(/\bbalance\s+(?:hdr|url_param|hash|rdp-cookie)(\([^)]*\))/g),
    ...line.matchAll(/\bcapture request header\s+(\S+)/g),
  ].map(([whole, expression = ""]) =>
    /balance|capture request/.test(whole) ? `res.hdr(${expression.replace(/^\(|\)$/g, "")})` : expression,
  );
  return expressions.flatMap((expression) =>
    expression.split(/,(?![^(]*\))/).filter((call) => {
      const [, name = "", argument] = /^([\w.-]+)(?:\((.*)\))?/.exec(call) ?? [];
      const readsHeader = /hdr/.test(name) && !/^\d+$/.test(argument ?? "");
      return !FETCHES.has(name) || (readsHeader && !HEADERS.has((argument ?? "").toLowerCase()));
    }),
  );
}

function strangeInNginx(text: string): Strange[] {
  const found: Strange[] = [];
  let inMap = false;
  text.split("\n").forEach((full, index) => {
    const line = full.replace(/(?<=^|\s)#.*$/, "").trim();
    // The entries of a map are patterns.
    const words = inMap
      ? []
      : line
          .replaceAll(/'[^']*'|"[^"]*"/g, '""')
          .split(/[;{}]/)
          .map((one) => one.trim().split(/\s+/)[0] ?? "");
    for (const word of words) {
      if (word !== "" && word !== '""' && !NGINX.has(word)) found.push({ line: index + 1, what: word });
    }
    const [, included] = /\binclude\s+([^;\s]+)/.exec(line) ?? [];
    if (included !== undefined && !NGINX_FILES.test(included))
      found.push({ line: index + 1, what: `include ${included}` });
    for (const [, name = ""] of line.matchAll(/\$\{?(\w+)\}?/g)) {
      if (!NGINX_VARIABLES.has(name)) found.push({ line: index + 1, what: `$${name}` });
    }
    if (/^map\b/.test(line)) inMap = true;
    if (line.includes("}")) inMap = false;
  });
  return found;
}
