import type { Document } from "./document.ts";
import { isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { dereference } from "./references.ts";

/** An answer that a service may give: its JSON schema and where in the document it stands. */
export type DeclaredAnswer = {
  readonly status: string;
  readonly mediaType: string;
  readonly schema: Json;
  readonly place: string;
};

/** What an operation answers when all is well. */
export type Answers = {
  readonly json: readonly DeclaredAnswer[];
  /** Whether a success may have no body, as a 204 has none, or never has one. */
  readonly empty: "may" | "must" | undefined;
  /** Why the operation cannot be called for its answers' sake. */
  readonly leftOut: string | undefined;
};

/** JSON, or whatever was asked for, as frameworks write that do not know what they answer. */
const JSON_OR_ANY = /^(?:application\/json|application\/\*|\*\/\*)\s*(?:;|$)/i;

/**
 * The successes of an operation that are JSON, or nothing. Where no success is listed, `default` speaks of it too (3.1.1, "Responses
 * Object"); else it is what failures look like. Not even by `default`: whatever a success brings is not read, and a GET is of no use.
 *
 * @param place of the responses in the document
 */
export function answersOf(document: Document, method: string, operation: JsonObject, place: string): Answers {
  const responses = objectIn(operation, "responses");
  const listed = Object.keys(responses).filter((status) => /^2(?:\d\d|XX)$/i.test(status));
  const statuses = listed.length > 0 || own(responses, "default") === undefined ? listed : ["default"];
  const successes = statuses.map((status) => {
    const response = dereference(document, own(responses, status) ?? {});
    return { status, content: isJsonObject(response) ? objectIn(response, "content") : {} };
  });
  const json = successes.flatMap(({ status, content }) =>
    Object.entries(content)
      .filter(([mediaType]) => JSON_OR_ANY.test(mediaType))
      .map(([mediaType, media]) => ({
        status,
        mediaType,
        schema: isJsonObject(media) ? (own(media, "schema") ?? true) : true,
        place: `${place}/${status}`,
      })),
  );
  const isEmpty = successes.some(({ content }) => Object.keys(content).length === 0);
  if (json.length > 0) return { json, empty: isEmpty ? "may" : undefined, leftOut: undefined };
  // Petstore's `addPet` lists a 405 and nothing else: that it was done is all that a caller learns, and all that it needs.
  const isUnlisted = method !== "GET" && statuses.length === 0 && !Object.keys(responses).some(isRedirect);
  if (isEmpty || isUnlisted) return { json, empty: "must", leftOut: undefined };
  return {
    json,
    empty: undefined,
    leftOut: whyNone(
      successes.map(({ content }) => content),
      responses,
    ),
  };
}

function isRedirect(status: string): boolean {
  return status.startsWith("3");
}

function whyNone(contents: readonly JsonObject[], responses: JsonObject): string {
  const mediaTypes = [...new Set(contents.flatMap((content) => Object.keys(content)))];
  if (mediaTypes.length > 0) return `its answer is ${mediaTypes.join(" or ")}, not application/json`;
  return `it lists no success (${Object.keys(responses).join(", ") || "nothing"})`;
}
