import type { IncomingMessage, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { loginPage } from "./login-page.ts";
import type { Provider } from "./provider.ts";

const USER = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_FORM_BYTES = 10_000;

/** Answers one request to the provider: OpenID Connect's code flow with PKCE, and tokens for the command line. */
export async function answer(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? "/", provider.options.issuer);
  res.setHeader("Cache-Control", "no-store");
  switch (`${req.method} ${url.pathname}`) {
    case "GET /.well-known/openid-configuration":
      return sendJson(res, 200, description(provider.options.issuer));
    case "GET /jwks":
      return sendJson(res, 200, provider.jwks);
    case "GET /healthz":
      return sendJson(res, 200, { status: "ok" });
    case "GET /authorize":
    case "POST /authorize":
      return await authorize(provider, url, req, res);
    case "POST /token":
      return await exchange(provider, req, res);
    case "POST /development-token": {
      const user = (await readForm(req)).get("user") ?? "";
      if (!USER.test(user)) return sendJson(res, 400, { error: "invalid_request" });
      return sendJson(res, 200, await provider.accessToken(user));
    }
    default:
      return sendJson(res, 404, { error: "not_found" });
  }
}

function description(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
    token_endpoint_auth_methods_supported: ["none"],
    code_challenge_methods_supported: ["S256"],
    scopes_supported: ["openid"],
  };
}

async function authorize(
  provider: Provider,
  { searchParams: asked, search }: URL,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { clientId, redirectUris } = provider.options;
  const redirectUri = asked.get("redirect_uri") ?? "";
  // Nobody is sent to an address that was not agreed on, also not with an error.
  if (asked.get("client_id") !== clientId || !redirectUris.includes(redirectUri)) {
    return sendPage(res, 400, "<h1>Unknown client or redirect URI</h1>");
  }
  const codeChallenge = asked.get("code_challenge") ?? "";
  const state = asked.get("state");
  const back = new URL(redirectUri);
  back.searchParams.set("iss", provider.options.issuer);
  if (state !== null) back.searchParams.set("state", state);
  const isRight =
    asked.get("response_type") === "code" &&
    asked.get("code_challenge_method") === "S256" &&
    codeChallenge !== "";
  if (!isRight) {
    back.searchParams.set("error", "invalid_request");
    return redirect(res, back);
  }
  if (req.method === "GET") return sendPage(res, 200, loginPage(search.slice(1)));
  const user = (await readForm(req)).get("user") ?? "";
  if (!USER.test(user)) {
    return sendPage(res, 400, loginPage(search.slice(1), "A user's id has 1 to 64 letters, digits, - or _."));
  }
  const nonce = asked.get("nonce") ?? undefined;
  back.searchParams.set("code", provider.codes.issue({ user, redirectUri, codeChallenge, nonce }));
  redirect(res, back);
}

async function exchange(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = await readForm(req);
  const [code = "", redirectUri = "", verifier = ""] = ["code", "redirect_uri", "code_verifier"].map(
    (name) => form.get(name) ?? undefined,
  );
  if (
    form.get("grant_type") !== "authorization_code" ||
    form.get("client_id") !== provider.options.clientId
  ) {
    return sendJson(res, 400, { error: "invalid_request" });
  }
  const grant = provider.codes.redeem(code, redirectUri, verifier);
  if (grant === undefined) return sendJson(res, 400, { error: "invalid_grant" });
  sendJson(res, 200, await provider.loginTokens(grant.user, grant.nonce));
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  if (Number(req.headers["content-length"] ?? Infinity) > MAX_FORM_BYTES) return new URLSearchParams();
  return new URLSearchParams(await readText(req));
}

function redirect(res: ServerResponse, to: URL): void {
  res.writeHead(303, { Location: to.href });
  res.end();
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "Content-Type": "application/json" });
  res.end(JSON.stringify(body));
}

function sendPage(res: ServerResponse, status: number, html: string): void {
  res.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  res.end(html);
}
