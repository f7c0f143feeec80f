import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { Pool } from "undici";
import type { Dispatcher } from "undici";
import { listen } from "./program.ts";

/** A key that the app under test verifies `X-Identity` with; the secret has 32 bytes or more. */
export type SigningKey = { readonly kid: string; readonly secret: Uint8Array };

/** One request of a test. */
export type Question = {
  /**
   * The user that the request is signed for; null: a visitor without a login. Default: the app's.
   */
  readonly user?: string | null;
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
};

/** What the app answered. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came: perhaps compressed. */
  readonly bytes: Buffer;
  /** The bytes as text, for what is not compressed. */
  readonly text: string;
  readonly trailers: Readonly<Record<string, string>>;
};

/** How the requests to an app are signed. */
export type AppUnderTestOptions = {
  /** The key to sign with. Default: `TEST_KEY`. */
  readonly key?: SigningKey;
  /** The BFF's name, which its verifier expects as `aud`. */
  readonly audience: string;
  /** The app's clock. Default: the machine's. */
  readonly clock?: { wallNow(): number };
  /** Who asks unless a question says otherwise. Default `42`. */
  readonly user?: string;
};

/** An app on a real port, and a client that asks it as the gateway would. */
export type AppUnderTest = AsyncDisposable & {
  readonly port: number;
  readonly origin: string;
  /** Sends the path unchanged, signed with an identity of its own. */
  readonly ask: (path: string, question?: Question) => Promise<Answer>;
  /** A valid `X-Identity`, with these claims in place of the usual ones. */
  readonly identity: (claims?: Readonly<Record<string, unknown>>) => string;
  /** Cuts every connection. Calling it again does nothing. */
  readonly close: () => Promise<void>;
};

/** The key of tests that need only one. */
export const TEST_KEY: SigningKey = { kid: "test", secret: Buffer.alloc(32, 7) };

/**
 * Signs claims as the gateway does (HS256, RFC 7515). It is written apart from
 * `@triptych/identity`, so that a mistake there is not repeated here.
 *
 * @param claims are added to those of a valid identity, or replace them; `undefined` leaves one out
 */
export function signIdentity(
  { kid, secret }: SigningKey,
  { audience, clock = { wallNow: () => Date.now() } }: Pick<AppUnderTestOptions, "audience" | "clock">,
  claims: Readonly<Record<string, unknown>> = {},
): string {
  const iat = Math.floor(clock.wallNow() / 1000);
  const usual = { iss: "gateway", aud: audience, sub: "42", iat, exp: iat + 60, jti: randomUUID() };
  const header = `{"alg":"HS256","kid":"${kid}","typ":"gw-id+jwt"}`;
  const input = [header, JSON.stringify({ ...usual, ...claims })]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

/** Serves `app` on a free port of the loopback interface until `close`. */
export async function serveApp(app: RequestListener, options: AppUnderTestOptions): Promise<AppUnderTest> {
  const { key = TEST_KEY, user: usual = "42" } = options;
  const server = createServer(app);
  const port = await listen(server);
  const origin = `http://127.0.0.1:${port}`;
  const pool = new Pool(origin);
  const identity = (claims = {}) => signIdentity(key, options, { sub: usual, ...claims });
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await pool.destroy();
  };
  return {
    port,
    origin,
    identity,
    close,
    [Symbol.asyncDispose]: close,
    async ask(path, { user = usual, method = "GET", headers = {}, body = null } = {}) {
      const who = user === null ? { sub: undefined, anonymous: true } : { sub: user };
      const signed = { "x-identity": identity(who), ...headers };
      const {
        statusCode,
        headers: received,
        trailers,
        body: answered,
      } = await pool.request({
        path,
        method,
        headers: signed,
        body,
      });
      const bytes = Buffer.from(await answered.arrayBuffer());
      return { status: statusCode, headers: received, bytes, text: bytes.toString(), trailers };
    },
  };
}
