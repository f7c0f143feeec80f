import type { IncomingMessage } from "node:http";
import { Problem, invalidRequest, unsupportedMediaType } from "./problem.ts";

/** No body of these services' contracts comes near it. */
const MAX_BODY_BYTES = 100_000;

/** What is read of a body that is too large before the answer: some clients listen only after they have sent all. */
const MAX_DISCARDED_BYTES = 10_000_000;

const JSON_MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** The request's body as JSON. @throws Problem 400 (not JSON), 413 (too large) or 415 (another media type). */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const mediaType = request.headers["content-type"];
  if (mediaType === undefined || !JSON_MEDIA_TYPE.test(mediaType)) {
    throw unsupportedMediaType(`The body must be application/json, got ${mediaType ?? "no Content-Type"}.`);
  }
  const coding = request.headers["content-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "identity") {
    throw unsupportedMediaType(`The body must not be encoded, got Content-Encoding ${coding}.`);
  }
  return parse(await collect(request).catch(toProblem));
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The default iterator would cut the connection at `break`, and the answer with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("a request without an encoding must yield buffers");
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    if (size > MAX_DISCARDED_BYTES) break;
  }
  if (size > MAX_BODY_BYTES) {
    throw new Problem(413, "payload-too-large", `The body must not be over ${MAX_BODY_BYTES} bytes.`, {
      headers: { connection: "close" },
    });
  }
  return Buffer.concat(chunks);
}

/** A caller that goes away in the middle of its body is no failure of the service's. */
function toProblem(cause: unknown): never {
  throw cause instanceof Problem ? cause : invalidRequest("The body broke off.", { cause });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw invalidRequest("The body must be JSON in UTF-8, and it is not.", { cause });
  }
}
