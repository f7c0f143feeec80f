import { randomBytes } from "node:crypto";
import { createMinter } from "@triptych/identity";
import type { App } from "../processes/apps.ts";

/** The user whose answers are recorded. */
export const RECORDED_USER = "42";

/** A user of the load's. All have ids of one length, since an answer that says the id should have one length too. */
export function benchUser(serial: number): string {
  return `user-${String(serial).padStart(9, "0")}`;
}

/** As long as one of the gateway's; nobody here reads it, the BFFs pass it on. */
const TXN_TOKEN = `eyJ0eXAiOiJ0eG50b2tlbitqd3QifQ.${"a".repeat(300)}.${"b".repeat(86)}`;

/** A request as the API gateway would send it. */
export type GatewayRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** A request as its bytes, for a load that has no HTTP client. */
export function onTheWire({ method, path, headers, body }: GatewayRequest): string {
  const length = body === null ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  const fields = [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), ...length];
  return [`${method} ${path} HTTP/1.1`, "host: bench", ...fields, "", body ?? ""].join("\r\n");
}

/** The gateway's part: who asks, signed; a request id, a trace, a transaction token. */
export class Gateway {
  readonly #kid = "bench";
  readonly #secret = randomBytes(32);
  readonly #minter = createMinter({ kid: this.#kid, secret: this.#secret });
  #serial = 0;

  /** The setting by which a BFF knows this gateway. */
  get identityKeys(): string {
    return `${this.#kid}:${this.#secret.toString("base64url")}`;
  }

  /**
   * A new request for an app's home page. What is not the project's ignores what it does not know.
   * @param options.user each request is another user's where none is given: the calls of one user would be coalesced
   * @param options.sampled whether whoever began the trace records it; default no
   */
  request(app: App, options: { readonly user?: string; readonly sampled?: boolean } = {}): GatewayRequest {
    this.#serial += 1;
    const { user = benchUser(this.#serial), sampled = false } = options;
    const requestId = `0198f3c2-7a51-7c1e-9d5e-${this.#serial.toString(16).padStart(12, "0")}`;
    const headers = {
      accept: "application/json",
      "x-identity": this.#minter.mint({ userId: user, audience: app.name, requestId }),
      "x-request-id": requestId,
      "x-user-id": user,
      "txn-token": TXN_TOKEN,
      traceparent: `00-0af7651916cd43dd${this.#serial.toString(16).padStart(16, "0")}-b7ad6b7169203331-0${Number(sampled)}`,
      ...(app.body === null ? {} : { "content-type": "application/json" }),
    };
    return { method: app.method, path: app.path, headers, body: app.body };
  }
}
