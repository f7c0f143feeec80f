import type { Document } from "./document.ts";
import { isJsonObject, objectIn, own } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { dereference } from "./references.ts";

/** What an operation is sent as its body. */
export type RequestBody = {
  /** As the contract writes it; undefined where nothing is sent. */
  readonly mediaType: string | undefined;
  /** Why the operation cannot be called for its body's sake. */
  readonly leftOut: string | undefined;
};

const JSON_OR_ANY = /^(?:application\/json|application\/\*|\*\/\*)\s*(?:;|$)/i;
/** RFC 6839, section 3.1: such as `application/merge-patch+json`. */
const JSON_SYNTAX = /^application\/[\w.-]+\+json$/i;
/** Methods that mean little without their body, even where it is optional. */
const CARRYING = new Set(["POST", "PUT", "PATCH"]);

const NONE: RequestBody = { mediaType: undefined, leftOut: undefined };

/** The body that a client sends: JSON, where the contract takes it. A GET has none (RFC 9110, section 9.3.1). */
export function requestBodyOf(document: Document, method: string, operation: JsonObject): RequestBody {
  const body = dereference(document, own(operation, "requestBody") ?? {});
  if (!isJsonObject(body)) return NONE;
  const required = own(body, "required") === true;
  const mediaTypes = Object.keys(objectIn(body, "content"));
  if (mediaTypes.length === 0) return NONE;
  if (method === "GET") return required ? { ...NONE, leftOut: "it is a GET that needs a body" } : NONE;
  const mediaType =
    mediaTypes.find((type) => JSON_OR_ANY.test(type)) ?? mediaTypes.find((type) => JSON_SYNTAX.test(type));
  if (mediaType !== undefined) return { ...NONE, mediaType };
  if (!required && !CARRYING.has(method)) return NONE;
  return { ...NONE, leftOut: `its body is ${mediaTypes.join(" or ")}, not JSON` };
}
