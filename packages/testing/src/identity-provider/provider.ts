import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import type { ErrorRequestHandler, Express, Request, Response } from "express";
import { createGrants } from "./grants.ts";
import type { Grants } from "./grants.ts";
import { listen } from "../program.ts";

/** How the provider is reached, and for whom it issues tokens. */
export interface ProviderOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Where browsers and the gateway reach it. Default: the host and the port. */
  readonly issuer?: string | undefined;
  readonly clientId: string;
  /** The only addresses that a browser is sent back to, compared as whole strings. */
  readonly redirectUris: readonly string[];
  /** The `aud` of access tokens. */
  readonly audience: string;
  /** Whom its page offers to be, with a word on what is special. */
  readonly users?: readonly { readonly id: string; readonly name: string; readonly about: string }[];
  /** Epoch ms. */
  readonly now: () => number;
  readonly logError: (error: unknown) => void;
}

/** An identity provider that is listening. */
export interface RunningProvider {
  /** Its address, and the `iss` of its tokens: `http://127.0.0.1:9100`. */
  readonly issuer: string;
  readonly port: number;
  /** Ends all renewable logins of a user; a logout token for each, which nobody was sent yet. */
  endLogins(user: string): Promise<string[]>;
  /** Closes the port and every connection at once. */
  stop(): Promise<void>;
}

const CHOSEN = /(?:^|; )development_user=([^;]*)/;
/** The ids that a gateway accepts. */
const USER = /^[\x21-\x7e]{1,255}$/;
/** Longer forms are refused; a code and a verifier have some 200 bytes. */
const MAX_FORM_BYTES = 10_000;
/** The users to offer where none are named. */
const ANY_USERS = ["42", "1", "7"].map((id) => ({ id, name: `User ${id}`, about: "" }));

/** Holds the user of a login that another development tool begins, who is not asked again. */
const CHOSEN_COOKIE = "development_user";

/**
 * Starts an identity provider for development: OpenID Connect's code flow with PKCE, a login page
 * that asks for no password, and `POST /development-token` for the command line.
 *
 * @throws Error with the code `EADDRINUSE` if the port is taken
 */
export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const server = createServer();
  const port = await listen(server, { port: options.port, host: options.host });
  const { issuer = `http://${options.host}:${port}` } = options;
  const grants = await createGrants({ ...options, issuer });
  const app = providerApp(issuer, options, grants);
  server.on("request", (req, res) => void app(req, res));
  return {
    issuer,
    port,
    endLogins: async (user) => await grants.endLogins(user),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function providerApp(issuer: string, options: ProviderOptions, grants: Grants): Express {
  const app = express().disable("x-powered-by").disable("etag");
  app.use((_req, res, next) => {
    res.set("Cache-Control", "no-store");
    next();
  });
  app.use(express.urlencoded({ extended: false, limit: MAX_FORM_BYTES }));
  app.get("/.well-known/openid-configuration", (_req, res) => void res.json(configuration(issuer)));
  app.get("/jwks", (_req, res) => void res.json(grants.jwks));
  app.get("/healthz", (_req, res) => void res.json({ status: "ok" }));
  app
    .route("/authorize")
    .all((req, res, next) => {
      const refusal = refusalOf(req, issuer, options);
      if (refusal === undefined) next();
      else if (refusal === "page") sendPage(res, 400, "<h1>Unknown client or redirect URI</h1>");
      else res.redirect(303, refusal);
    })
    .get((req, res) => {
      const [, cookie = ""] = CHOSEN.exec(req.headers.cookie ?? "") ?? [];
      const chosen = Buffer.from(cookie, "base64url").toString("latin1");
      if (!USER.test(chosen)) return sendPage(res, 200, loginPage(req, options.users));
      res.clearCookie(CHOSEN_COOKIE, { path: "/authorize" });
      logIn(req, res, chosen);
    })
    .post((req, res) => {
      const user = field(req.body, "user");
      if (USER.test(user)) return logIn(req, res, user);
      sendPage(
        res,
        400,
        loginPage(req, options.users, "A user's id has 1 to 255 characters, all visible ASCII."),
      );
    });
  function logIn(req: Request, res: Response, user: string): void {
    const [redirectUri, codeChallenge] = [
      field(req.query, "redirect_uri"),
      field(req.query, "code_challenge"),
    ];
    const nonce = field(req.query, "nonce") || undefined;
    const offline = field(req.query, "scope").split(" ").includes("offline_access");
    const code = grants.issueCode({ user, redirectUri, codeChallenge, nonce, offline });
    res.redirect(303, wayBack(req, issuer, { code }));
  }
  // Begins a login of its client's as this user.
  app.get("/open", (req, res) => {
    const [user, to] = [field(req.query, "user"), URL.parse(field(req.query, "to"))];
    const isClients = options.redirectUris.some((uri) => URL.parse(uri)?.origin === to?.origin);
    if (!USER.test(user) || to === null || !isClients) {
      sendPage(res, 400, "<h1>Unknown user or client</h1>");
      return;
    }
    res.cookie(CHOSEN_COOKIE, Buffer.from(user).toString("base64url"), {
      httpOnly: true,
      sameSite: "lax",
      path: "/authorize",
      maxAge: 60_000,
    });
    res.redirect(303, to.href);
  });
  app.post("/token", async ({ body }, res) => {
    const grant = field(body, "grant_type");
    const isKnown = grant === "authorization_code" || grant === "refresh_token";
    if (!isKnown || field(body, "client_id") !== options.clientId) {
      res.status(400).json({ error: "invalid_request" });
      return;
    }
    const [code, redirectUri] = [field(body, "code"), field(body, "redirect_uri")];
    const tokens =
      grant === "refresh_token"
        ? await grants.renew(field(body, "refresh_token"))
        : await grants.redeem(code, redirectUri, field(body, "code_verifier"));
    if (tokens === undefined) res.status(400).json({ error: "invalid_grant" });
    else res.json(tokens);
  });
  app.post("/development-token", async ({ body }, res) => {
    const user = field(body, "user");
    if (USER.test(user)) res.json(await grants.accessToken(user));
    else res.status(400).json({ error: "invalid_request" });
  });
  app.use((_req, res) => void res.status(404).json({ error: "not_found" }));
  const onError: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
    options.logError(error);
    res.status(500).json({ error: "server_error" });
  };
  app.use(onError);
  return app;
}

/** OpenID Connect Discovery 1.0, section 3. */
function configuration(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
    token_endpoint_auth_methods_supported: ["none"],
    code_challenge_methods_supported: ["S256"],
    scopes_supported: ["openid", "offline_access"],
  };
}

/**
 * Why a login cannot begin: "page" for an error page, or the address to send the browser to with
 * the error. Undefined if it can begin.
 */
function refusalOf(req: Request, issuer: string, options: ProviderOptions): string | undefined {
  const { query } = req;
  const isKnown = options.redirectUris.includes(field(query, "redirect_uri"));
  // An address that was not agreed on gets no browser, not even one with an error.
  if (!isKnown || field(query, "client_id") !== options.clientId) return "page";
  const isValid =
    field(query, "response_type") === "code" &&
    field(query, "code_challenge_method") === "S256" &&
    field(query, "code_challenge") !== "";
  return isValid ? undefined : wayBack(req, issuer, { error: "invalid_request" });
}

/** The redirect URI with the outcome, the caller's `state` and, as in RFC 9207, `iss`. */
function wayBack({ query }: Request, issuer: string, outcome: Record<string, string>): string {
  const back = new URL(field(query, "redirect_uri"));
  const state = field(query, "state");
  for (const [name, value] of Object.entries({ iss: issuer, ...(state && { state }), ...outcome })) {
    back.searchParams.set(name, value);
  }
  return back.href;
}

/** A field of a query or a form that was sent once; the empty string otherwise. */
function field(fields: unknown, name: string): string {
  if (typeof fields !== "object" || fields === null) return "";
  const value: unknown = Object.getOwnPropertyDescriptor(fields, name)?.value;
  return typeof value === "string" ? value : "";
}

function sendPage(res: Response, status: number, html: string): void {
  res.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  res.status(status).type("html").send(html);
}

/** The page on which a person chooses a user. Its forms post to the address of the page itself. */
function loginPage(req: Request, users: ProviderOptions["users"] = ANY_USERS, complaint?: string): string {
  const action = escapeHtml(req.originalUrl);
  const buttons = users
    .map(
      ({ id, name, about }) =>
        `<button name="user" value="${escapeHtml(id)}"><b dir="auto">${escapeHtml(name)}</b> <span>${escapeHtml(about)}</span></button>`,
    )
    .join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Development login</title>
<style>
  :root { color-scheme: light dark; --ink: light-dark(#1d1e22, #ececf1); --line: light-dark(#dedfda, #33363e); --accent: light-dark(#2f4bd8, #9db0ff) }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 0 auto; padding: 3rem 1rem; background: light-dark(#f6f6f3, #15161a); color: var(--ink) }
  h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.02em; margin: 0 0 .5rem; text-wrap: balance }
  button, input { font: inherit; padding: .5rem .875rem; border: 1px solid var(--line); border-radius: .5rem; background: light-dark(#fff, #1d1f25); color: inherit }
  button { cursor: pointer }
  button:hover { border-color: var(--accent) }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
  [role=alert] { color: light-dark(#a8201a, #ff9a90) }
  button[name] { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; width: 100%; margin: .5rem 0; text-align: start }
  button span { color: light-dark(#5c5e67, #a6a8b1); font-size: .875rem; align-self: center }
  form + form { margin-top: 2rem }
</style>
<h1>Who do you want to be?</h1>
<p>This login is for development. It asks for no password.</p>
${complaint === undefined ? "" : `<p role="alert">${escapeHtml(complaint)}</p>`}
<form method="post" action="${action}">
${buttons}
</form>
<form method="post" action="${action}">
<label>Another user's id <input name="user" required pattern="[!-~]{1,255}" autocomplete="off"></label>
<button>Log in</button>
</form>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
