import {
  createMinter,
  createTxnVerifier,
  createVerifier,
  DOUBLED_HEADER,
  singleHeader,
} from "@triptych/identity";
import type { Identity, IdentityKey, TxnKey, Transaction } from "@triptych/identity";
import type { Arrival, ObservedBff } from "./observed-bff.ts";
import { ask } from "./outside.ts";
import type { Answer } from "./outside.ts";

/** What the gateway under test is tried with. */
export interface TrialOptions {
  readonly gateway: URL;
  readonly bff: ObservedBff;
  /** The BFF's name: the `aud` of its identities. */
  readonly audience: string;
  readonly keys: readonly IdentityKey[];
  /** Public halves. Without them the Txn-Token is not tried. */
  readonly txnKeys: readonly TxnKey[] | undefined;
  /** A path that the gateway passes to the BFF. */
  readonly path: string;
  /** A path that takes a POST, if there is one to try. */
  readonly post: { readonly path: string; readonly body: string } | undefined;
  /** A path that is open to visitors without a login, if there is one to try. */
  readonly visitors?: string | undefined;
  /** Names and values in turn: what a client of the gateway shows. */
  readonly credentials: readonly string[];
  /** Whose credentials they are. Without it any user is right. */
  readonly user: string | undefined;
}

/** One request through the gateway, and what the BFF got of it. */
export interface Passage {
  readonly answer: Answer;
  readonly arrived: readonly Arrival[];
}

/** What one request is sent with, besides the path. */
export interface Sending {
  /** Default: those of the trial. */
  readonly credentials?: readonly string[];
  /** Names and values in turn. Default: none. */
  readonly headers?: readonly string[];
  /** Sends the trial's POST in place of its GET. */
  readonly post?: boolean;
  /** Sends a GET for the visitors' path in place of the trial's. */
  readonly visitors?: boolean;
  /** Default: longer than a gateway should let a client wait. */
  readonly waitMs?: number;
}

/** No gateway should let a client wait for longer, ms. */
export const LONGEST_WAIT_MS = 40_000;

/** A forged header's value has it, so that it is found wherever it comes out. */
export const FORGED = "forged-by-check-gateway";

/** Sends requests through the gateway under test, and reads what came out behind it. */
export class Trial {
  readonly options: TrialOptions;
  /** An identity in the right form, signed with a key of the attacker's own. */
  readonly forgedIdentity: string;
  readonly #verifier: ReturnType<typeof createVerifier>;
  readonly #txnVerifier: ReturnType<typeof createTxnVerifier> | undefined;

  /** @throws IdentityError for keys that cannot be used */
  constructor(options: TrialOptions) {
    const { keys, txnKeys, audience } = options;
    this.options = options;
    const own = { kid: keys[0]?.kid ?? "k1", secret: Buffer.alloc(32, 7) };
    this.forgedIdentity = createMinter(own).mint({ userId: FORGED, audience, requestId: FORGED });
    this.#verifier = createVerifier({ keys, audience });
    this.#txnVerifier =
      txnKeys === undefined
        ? undefined
        : createTxnVerifier({ keys: txnKeys, issuer: "gateway", audience: "triptych" });
  }

  /** Sends one request, and returns what became of it. Never throws. */
  async send({
    credentials,
    headers = [],
    post = false,
    visitors = false,
    waitMs = LONGEST_WAIT_MS,
  }: Sending = {}): Promise<Passage> {
    const { bff, gateway, post: command } = this.options;
    const path = (visitors ? this.options.visitors : undefined) ?? this.options.path;
    bff.arrivals = [];
    const shown = [...(credentials ?? this.options.credentials), ...headers];
    const answer = await ask(
      gateway,
      post && command !== undefined
        ? { ...command, method: "POST", headers: [...shown, ...aboutPost(gateway)], waitMs }
        : { path, method: "GET", headers: [...shown, "Accept", "application/json"], waitMs },
    );
    return { answer, arrived: bff.arrivals };
  }

  /** The identity of a request, or what is wrong with it, as part of a sentence. */
  identityOf({ rawHeaders }: Arrival): Identity | string {
    const received = singleHeader(rawHeaders, "x-identity");
    const verification = this.#verifier.verify(received);
    if (verification.ok) return verification.identity;
    if (received === undefined) return "a request without X-Identity";
    if (received === DOUBLED_HEADER) return "X-Identity came more than once";
    const whose = received.includes(FORGED) || received === this.forgedIdentity ? "the client's own" : "an";
    return `${whose} X-Identity that a BFF refuses: ${verification.reason}`;
  }

  /** The Txn-Token of a request, or what is wrong with it; undefined where none is verified. */
  transactionOf({ rawHeaders }: Arrival): Transaction | string | undefined {
    if (this.#txnVerifier === undefined) return undefined;
    const verification = this.#txnVerifier.verify(singleHeader(rawHeaders, "txn-token"));
    return verification.ok
      ? verification.transaction
      : `a Txn-Token that services refuse: ${verification.reason}`;
  }
}

/** What browsers and clients send with a POST. A gateway may ask for any of it. */
function aboutPost({ origin }: URL): readonly string[] {
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    "Idempotency-Key": `check-${performance.now().toString().replace(".", "-")}`,
    Origin: origin,
    "Sec-Fetch-Site": "same-origin",
  };
  return Object.entries(headers).flat();
}
