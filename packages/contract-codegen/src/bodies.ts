import type { Document } from "./document.ts";
import { filterMembers, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { dereference } from "./references.ts";

/** JSON, or any media type: frameworks that do not know what they answer write that. */
const JSON_OR_ANY = /^(?:application\/json|application\/\*|\*\/\*)\s*(?:;|$)/i;
/** Such as `application/hal+json` (RFC 6839, section 3.1). */
const JSON_SYNTAX = /^[\w.-]+\/[\w.+-]+\+json\s*(?:;|$)/i;
/** Methods that mean little without their body, even where it is optional. */
const NEEDING_BODY = new Set(["POST", "PUT", "PATCH"]);

/** What an operation is sent as its body. */
export type RequestBody = {
  /** As the contract writes it; undefined where no body is sent. */
  readonly mediaType?: string;
  /** How members of a form are written, where not in the usual way. */
  readonly formStyles?: Readonly<Record<string, "deepObject" | "comma">>;
  /** Why no client can send it. */
  readonly leftOut?: string;
};

/** A form with files is multipart. If a contract has both forms, only that one may have files. */
const FORMS = [/^multipart\/form-data\s*(?:;|$)/i, /^application\/x-www-form-urlencoded\s*(?:;|$)/i];

/** The body that a client sends. A GET has none (RFC 9110, section 9.3.1). */
export function requestBodyOf(document: Document, method: string, operation: JsonObject): RequestBody {
  const body = dereference(document, own(operation, "requestBody") ?? {});
  const required = own(body, "required") === true;
  const content = objectIn(body, "content");
  const mediaTypes = Object.keys(content);
  if (mediaTypes.length === 0) return {};
  if (method === "GET") return required ? { leftOut: "it is a GET that needs a body" } : {};
  const firstOf = (patterns: readonly RegExp[]): string | undefined =>
    patterns.flatMap((pattern) => mediaTypes.find((type) => pattern.test(type)) ?? [])[0];
  const mediaType = firstOf([JSON_OR_ANY, JSON_SYNTAX]);
  if (mediaType !== undefined) return { mediaType };
  const form = firstOf(FORMS);
  if (form !== undefined) return { mediaType: form, ...formStylesOf(own(content, form)) };
  if (!required && !NEEDING_BODY.has(method)) return {};
  return { leftOut: `its body is ${mediaTypes.join(" or ")}, not JSON and no form` };
}

/** From the `encoding` of a form (3.1.1, "Encoding Object"). */
function formStylesOf(media: Json | undefined): Pick<RequestBody, "formStyles"> {
  const formStyles: Record<string, "deepObject" | "comma"> = {};
  for (const [name, encoding] of Object.entries(objectIn(media, "encoding"))) {
    if (own(encoding, "style") === "deepObject") formStyles[name] = "deepObject";
    else if (own(encoding, "explode") === false) formStyles[name] = "comma";
  }
  return Object.keys(formStyles).length === 0 ? {} : { formStyles };
}

/** A JSON answer that a service may give, and where in the document it is declared. */
export type DeclaredAnswer = {
  readonly status: string;
  readonly mediaType: string;
  readonly schema: Json;
  readonly place: string;
};

/** What an operation answers when it succeeds. */
export type Answers = {
  readonly json: readonly DeclaredAnswer[];
  /** Whether a success may have no body, like a 204, or never has one. */
  readonly empty?: "may" | "must";
  /** The media types of an answer that is no JSON: it streams. */
  readonly types?: readonly string[];
  /** Why no client can read the answer. */
  readonly leftOut?: string;
};

/**
 * The responses of an operation that are successes. Where none is listed, `default` describes
 * success too (3.1.1, "Responses Object"); otherwise it describes failures.
 */
export function successesOf(operation: JsonObject): JsonObject {
  const responses = objectIn(operation, "responses");
  const listed = filterMembers(responses, (status) => /^2(?:\d\d|XX)$/i.test(status));
  return Object.keys(listed).length > 0 ? listed : filterMembers(responses, (status) => status === "default");
}

/**
 * The successes of an operation that are JSON or empty.
 *
 * @param place of the responses in the document
 */
export function answersOf(document: Document, method: string, operation: JsonObject, place: string): Answers {
  const responses = objectIn(operation, "responses");
  const successes = Object.entries(successesOf(operation)).map(([status, declared]) => {
    const response = dereference(document, declared);
    return { status, content: Object.entries(objectIn(response, "content")) };
  });
  const json = successes.flatMap(({ status, content }) =>
    content
      .filter(([mediaType]) => JSON_OR_ANY.test(mediaType) || JSON_SYNTAX.test(mediaType))
      .map(([mediaType, media]) => {
        return { status, mediaType, schema: own(media, "schema") ?? true, place: `${place}/${status}` };
      }),
  );
  const isEmpty = successes.some(({ content }) => content.length === 0);
  if (json.length > 0) return isEmpty ? { json, empty: "may" } : { json };
  // Petstore's `addPet` lists a 405 and nothing else. That it was done is all that its caller needs
  // to learn. A GET without an answer would be of no use.
  const redirects = Object.keys(responses).some((status) => status.startsWith("3"));
  const isUnlisted = method !== "GET" && successes.length === 0 && !redirects;
  if (isEmpty || isUnlisted) return { json, empty: "must" };
  const mediaTypes = [
    ...new Set(successes.flatMap(({ content }) => content.map(([mediaType]) => mediaType))),
  ];
  if (mediaTypes.length > 0) return { json, types: mediaTypes };
  return { json, leftOut: `it lists no success (${Object.keys(responses).join(", ") || "nothing"})` };
}
