import { randomBytes } from "node:crypto";
import { createMinter } from "@triptych/identity";

/** One of the project's BFFs, or a program in its place, and how its home page is asked for. */
export type App = {
  /** The audience of the identity. */
  readonly name: "web-bff" | "mobile-bff" | "partner-bff";
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string | null;
  /** What its client sends besides, instead of asking for JSON. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** A request as the API gateway would send it. */
export type GatewayRequest = Pick<App, "method" | "path" | "body"> & {
  readonly headers: Readonly<Record<string, string>>;
};

/** As long as a real one. The BFFs only pass it on. */
const TXN_TOKEN = `eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.${"a".repeat(300)}.${"b".repeat(86)}`;

/** A user id. All have one length, so that answers which contain the id have one length too. */
export function benchUser(serial: number): string {
  return `user-${String(serial).padStart(9, "0")}`;
}

/** Plays the API gateway. */
export interface Gateway {
  /** The `IDENTITY_KEYS` of a BFF behind this gateway. */
  readonly identityKeys: string;
  /**
   * A new request for an app's home page: signed, with a request id, a trace and a transaction
   * token. A program that is not the project's ignores what it does not know.
   * @param options.sampled whether the caller records the trace
   * @param options.user default another one for each request: the calls of one user would be
   * coalesced
   */
  request(
    app: App,
    options: { readonly sampled: boolean; readonly user: string | undefined },
  ): GatewayRequest;
}

/** A gateway with a key of its own. */
export function createGateway(): Gateway {
  const secret = randomBytes(32);
  const minter = createMinter({ kid: "bench", secret });
  let serial = 0;
  return {
    identityKeys: `bench:${secret.toString("base64url")}`,
    request({ name: audience, method, path, body, headers }, { user, sampled }) {
      serial += 1;
      const userId = user ?? benchUser(serial);
      const requestId = `0198f3c2-7a51-7c1e-9d5e-${serial.toString(16).padStart(12, "0")}`;
      const traceId = `0af7651916cd43dd${serial.toString(16).padStart(16, "0")}`;
      const sent = {
        accept: "application/json",
        "x-identity": minter.mint({ userId, audience, requestId }),
        "x-request-id": requestId,
        "x-user-id": userId,
        "txn-token": TXN_TOKEN,
        traceparent: `00-${traceId}-b7ad6b7169203331-${sampled ? "01" : "00"}`,
        ...headers,
        ...(body === null ? {} : { "content-type": "application/json" }),
      };
      return { method, path, headers: sent, body };
    },
  };
}
