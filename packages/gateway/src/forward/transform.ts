import jsonata from "jsonata";
import { mayBeRounded } from "../contracts/document.ts";
import { Refusal } from "../exchange.ts";
import type { Route } from "../table/route.ts";
import type { Flow } from "./send-request.ts";

/** Bytes; the BFFs accept no larger answer either. */
const MAX_BYTES = 1_048_576;

/** Turns a target's JSON into another version's. */
export type Transform = (body: Buffer) => Promise<Buffer>;

/** Compiles the route table's transforms, by route name. */
export function createTransforms(routes: readonly Route[]): ReadonlyMap<string, Transform> {
  const transforms = new Map<string, Transform>();
  for (const { name, transform } of routes) {
    if (transform === undefined) continue;
    const expression = jsonata(transform);
    transforms.set(name, async (body) => {
      try {
        const result: unknown = await expression.evaluate(readExactly(body));
        if (result === undefined) throw new Error("the transformation gave nothing");
        return Buffer.from(JSON.stringify(result));
      } catch (cause) {
        throw unreadable(cause);
      }
    });
  }
  return transforms;
}

/**
 * Without a byte order mark.
 * @throws Error for a number that may name another thing once it is read
 */
function readExactly(body: Buffer): unknown {
  return JSON.parse(new TextDecoder().decode(body), (_, member: unknown) => {
    if (mayBeRounded(member)) throw new Error("a whole number beyond 2^53 - 1");
    return member;
  });
}

/** A whole answer in memory, to transform it. */
export class HeldAnswer {
  readonly #transform: Transform;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(transform: Transform) {
    this.#transform = transform;
  }

  /** Ends the answer with a `Refusal` when it is too large. */
  add(chunk: Buffer, flow: Pick<Flow, "abort">): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > MAX_BYTES) flow.abort(unreadable(new Error(`more than ${MAX_BYTES} bytes`)));
  }

  /** @throws Refusal 502 when it cannot be transformed */
  transformed(): Promise<Buffer> {
    return this.#transform(Buffer.concat(this.#chunks, this.#bytes));
  }
}

function unreadable(cause: unknown): Refusal {
  return new Refusal(
    "version",
    { code: "upstream-invalid", detail: "The service's answer cannot be given in this version" },
    { reason: "transform", cause },
  );
}
