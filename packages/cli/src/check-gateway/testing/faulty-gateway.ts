import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { createMinter, createTxnMinter } from "@triptych/identity";
import type { IdentityKey, TxnKey } from "@triptych/identity";
import { portOf } from "../../stack/ports.ts";

/** What a gateway can do wrong. It does everything else right. */
export type Fault =
  | "does not check who asks"
  | "believes any token"
  | "keeps the client's X-Identity"
  | "adds its X-Identity to the client's"
  | "keeps headers with underscores"
  | "drops what Connection names at the end"
  | "signs with a wrong key"
  | "signs for another BFF"
  | "signs once a minute"
  | "answers from a cache"
  | "repeats a POST"
  | "forwards credentials"
  | "forwards claims of the client"
  | "forwards the client's trace state"
  | "breaks at a client's trace state"
  | "continues the client's trace"
  | "signs no Txn-Token"
  | "signs the Txn-Token of another request"
  | "waits for ever"
  | "announces no deadline"
  | "names requests otherwise"
  | "gives a visitor a user's identity"
  | "keeps a visitor's headers";

/** The path that it opens to visitors. */
export const VISITORS = "/web/products/p-1";

/** The credentials that the gateway accepts. */
export const TOKEN = "Bearer token-of-user-42-that-is-right";

const DEADLINE_MS = 300;
const CREDENTIALS = ["authorization", "cookie", "x-api-key"];
const CLAIMS = [
  "x-user-id",
  "txn-token",
  "x-cohort",
  "x-request-id",
  "x-forwarded-user",
  "x-request-timeout-ms",
];
const STATE = ["tracestate", "baggage"];

/** Keys of a gateway, its BFF and its services. */
export interface GatewayKeys {
  readonly identity: IdentityKey;
  readonly txn: TxnKey;
}

/** A small gateway for user 42, with at most one fault. */
export class FaultyGateway implements AsyncDisposable {
  readonly #server: Server;
  readonly #keys: GatewayKeys;
  readonly #fault: Fault | undefined;
  readonly #bffPort: number;
  readonly #past = new Map<string, readonly string[]>();
  #kept: Buffer | undefined;

  constructor(bffPort: number, keys: GatewayKeys, fault?: Fault) {
    this.#keys = keys;
    this.#fault = fault;
    this.#bffPort = bffPort;
    this.#server = createServer((req, res) => void this.#pass(req, res));
  }

  /** Returns its address. */
  async listen(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }

  #is(fault: Fault): boolean {
    return this.#fault === fault;
  }

  async #pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const token = req.headers.authorization;
    if (req.headers["tracestate"] !== undefined && this.#is("breaks at a client's trace state"))
      return void req.destroy();
    const isKnown = token === TOKEN || (token !== undefined && this.#is("believes any token"));
    const isForged = req.headers["x-identity"] !== undefined && this.#is("keeps the client's X-Identity");
    const isVisitor = token === undefined && req.url === VISITORS;
    if (!isKnown && !isForged && !isVisitor && !this.#is("does not check who asks"))
      return void res.writeHead(401).end();
    if (this.#kept !== undefined && this.#is("answers from a cache")) return void res.end(this.#kept);
    const body = await buffer(req);
    const attempts = req.method === "POST" && this.#is("repeats a POST") ? 2 : 1;
    const headers = this.#headersFor(req, isVisitor && !this.#is("gives a visitor a user's identity"));
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const answered = await this.#forward(req, headers, body);
      if (answered === undefined && attempt < attempts) continue;
      if (answered === undefined) return void res.writeHead(504).end();
      this.#kept = answered;
      return void res.end(answered);
    }
  }

  #headersFor(req: IncomingMessage, isVisitor: boolean): string[] {
    const removed = new Set(["host", "connection", "transfer-encoding", "content-length"]);
    if (!this.#is("forwards credentials")) CREDENTIALS.forEach((name) => removed.add(name));
    const keepsClaims = isVisitor && this.#is("keeps a visitor's headers");
    if (!this.#is("forwards claims of the client") && !keepsClaims)
      CLAIMS.forEach((name) => removed.add(name));
    if (!this.#is("forwards the client's trace state")) STATE.forEach((name) => removed.add(name));
    if (!this.#is("continues the client's trace")) removed.add("traceparent");
    const keepsIdentity =
      this.#is("keeps the client's X-Identity") || this.#is("adds its X-Identity to the client's");
    if (!keepsIdentity) removed.add("x-identity");
    const hasOwn = req.headers["x-identity"] !== undefined && this.#is("keeps the client's X-Identity");
    const kept: string[] = [];
    for (let index = 0; index < req.rawHeaders.length; index += 2) {
      const [name = "", value = ""] = req.rawHeaders.slice(index, index + 2);
      const isHidden = name.includes("_") && !this.#is("keeps headers with underscores");
      if (!removed.has(name.toLowerCase()) && !isHidden) kept.push(name, value);
    }
    const all = [...kept, ...(hasOwn ? [] : this.#sign(req, isVisitor))];
    if (!this.#is("drops what Connection names at the end")) return all;
    const named = new Set((req.headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
    return all.flatMap((name, index) =>
      index % 2 === 0 && !named.has(name.toLowerCase()) ? [name, all[index + 1] ?? ""] : [],
    );
  }

  #sign(req: IncomingMessage, isVisitor: boolean): readonly string[] {
    const userId = isVisitor ? undefined : "42";
    const old = this.#past.get(String(userId));
    if (old !== undefined && this.#is("signs once a minute")) return old;
    const requestId = randomUUID();
    const secret = this.#is("signs with a wrong key") ? randomBytes(32) : this.#keys.identity.secret;
    const audience = this.#is("signs for another BFF") ? "tv-bff" : "web-bff";
    const minter = createMinter({ ...this.#keys.identity, secret });
    const txn = createTxnMinter({ key: this.#keys.txn, issuer: "gateway", audience: "triptych" });
    const txnOf = this.#is("signs the Txn-Token of another request") ? randomUUID() : requestId;
    const continues = this.#is("continues the client's trace") && req.headers["traceparent"] !== undefined;
    const signed = [
      "X-Identity",
      minter.mint({ userId, audience, requestId }),
      ...(userId === undefined || this.#is("signs no Txn-Token")
        ? []
        : ["Txn-Token", txn.mint({ userId, requestId: txnOf })]),
      "X-Request-Id",
      this.#is("names requests otherwise") ? randomUUID() : requestId,
      ...(this.#is("announces no deadline") ? [] : ["X-Request-Timeout-Ms", String(DEADLINE_MS - 10)]),
      ...(continues ? [] : ["traceparent", newTraceparent()]),
    ];
    this.#past.set(String(userId), signed);
    return signed;
  }

  async #forward(req: IncomingMessage, headers: string[], body: Buffer): Promise<Buffer | undefined> {
    const { method = "GET", url: path = "/" } = req;
    const length = body.length === 0 ? [] : ["Content-Length", String(body.length)];
    const all = ["Host", "bff", "Connection", "close", ...length, ...headers];
    return new Promise((resolve) => {
      const sent = request({ host: "127.0.0.1", port: this.#bffPort, method, path, headers: all }, (res) => {
        buffer(res).then(resolve, () => resolve(undefined));
      });
      if (!this.#is("waits for ever")) sent.setTimeout(DEADLINE_MS, () => sent.destroy());
      sent.on("error", () => resolve(undefined));
      sent.end(body);
    });
  }
}

function newTraceparent(): string {
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`;
}
