import { brotliDecompressSync, constants, gunzipSync } from "node:zlib";
import { Fields } from "./model/fields.ts";
import { isDefinition } from "./model/definition.ts";
import type { ScreenDefinition } from "./model/definition.ts";
import { Services } from "./services.ts";
import type { Exchange, Store } from "./model/store.ts";

/** The most of an answer's text that is kept, bytes. */
const MAX_TEXT_BYTES = 65_536;

/** An answer that decompresses to more is not shown. */
const MAX_DECODED_BYTES = 4 * 1_024 * 1_024;

/** What the probes in the apps told, besides what spans say. */
export class Development {
  readonly fields = new Fields();
  readonly services = new Services();
  /** By app. */
  readonly definitions = new Map<string, readonly ScreenDefinition[]>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param body of a probe's request; what is malformed in it is ignored */
  take(body: unknown): object {
    const { app, messages } = Object(body);
    for (const message of Array.isArray(messages) ? messages : [])
      this.#takeOne(String(app), Object(message));
    return {};
  }

  #takeOne(app: string, message: Readonly<Record<string, unknown>>): void {
    if (message["kind"] === "exchange") {
      const exchange = exchangeOf(app, message);
      if (exchange !== null) this.#store.addExchange(exchange);
    } else if (message["kind"] === "reads") {
      const request = this.#store.find(String(message["id"]));
      if (request === undefined) return;
      const [upstream, operation] = [String(message["upstream"]), String(message["operation"])];
      this.fields.add(
        { app: request.app, screen: request.screen, upstream, operation },
        request.id,
        message["field"],
      );
    } else if (message["kind"] === "breakerChange") {
      this.services.breakerChanged(app, message);
    } else if (message["kind"] === "ejection") {
      this.services.ejectionChanged(app, message);
    } else if (message["kind"] === "app") {
      const { name, screens } = message;
      this.services.forget(app);
      const known = Array.isArray(screens) ? screens.filter(isDefinition) : [];
      this.definitions.set(String(name), known);
    }
  }
}

/** What a probe sent of one exchange; null if it is malformed. */
function exchangeOf(app: string, message: object): Exchange | null {
  const { id, user, method, path, accept, body, status, contentType, coding, answer } = Object(message);
  if (typeof id !== "string" || typeof answer !== "string" || typeof status !== "number") return null;
  const decoded = decode(Buffer.from(answer, "base64"), String(coding));
  const type = String(contentType);
  const isText =
    decoded !== undefined && /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|x-ndjson))/.test(type);
  return {
    id,
    app,
    user: typeof user === "string" ? user : null,
    method: String(method),
    path: String(path),
    accept: String(accept),
    body: typeof body === "string" ? body : null,
    status,
    contentType: type,
    bytes: decoded?.length ?? 0,
    answer: isText ? decoded.subarray(0, MAX_TEXT_BYTES).toString() : null,
  };
}

/** A body that was cut is decoded as far as it goes. */
function decode(body: Buffer, coding: string): Buffer | undefined {
  const maxOutputLength = MAX_DECODED_BYTES;
  const { BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = constants;
  try {
    if (coding === "br")
      return brotliDecompressSync(body, { finishFlush: BROTLI_OPERATION_FLUSH, maxOutputLength });
    return coding === "gzip" ? gunzipSync(body, { finishFlush: Z_SYNC_FLUSH, maxOutputLength }) : body;
  } catch {
    return undefined;
  }
}
