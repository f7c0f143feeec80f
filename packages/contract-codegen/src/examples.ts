import { checkOnce } from "@triptych/upstream-client/contract";
import type { Document } from "./document.ts";
import { listIn, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ContractOperation } from "./operations.ts";
import { dereference, targetOf } from "./references.ts";
import { referenceOf } from "./walk.ts";

/**
 * What readers would refuse of a document's own examples: a sentence for each operation. An example
 * that breaks its schema was most often copied from a real answer, which breaks it too.
 *
 * @param document as it was written: examples are gone from a normalized one
 * @param answers the operations, and the schemas of their answers
 * @param definitions what these schemas refer to
 */
export function refusedExamples(
  document: Document,
  answers: readonly { readonly operation: ContractOperation; readonly schema: JsonObject }[],
  definitions: JsonObject,
): readonly string[] {
  const check = checkOnce(definitions);
  return answers.flatMap(({ operation, schema }) => {
    for (const example of examplesOf(document, operation)) {
      const broken = check(schema, example);
      if (broken === undefined) continue;
      const field = broken.field.slice(1).replaceAll("/", ".");
      const what =
        broken.expected === "must be present"
          ? `lacks \`${field}\``
          : `is refused${field === "" ? "" : ` at \`${field}\``}: ${broken.expected}`;
      return [`the document's own example of \`${operation.method} ${operation.path}\` ${what}`];
    }
    return [];
  });
}

function examplesOf(document: Document, { method, path, answers }: ContractOperation): readonly Json[] {
  const item = followed(document, own(own(document.root, "paths"), path));
  const responses = own(own(item, method.toLowerCase()), "responses");
  return answers.json.flatMap(({ status, mediaType }) => {
    const media = own(own(followed(document, own(responses, status)), "content"), mediaType);
    const named = Object.values(objectIn(media, "examples")).map((example) => followed(document, example));
    const schema = followed(document, own(media, "schema"));
    const values = [
      own(media, "example"),
      ...named.map((example) => own(example, "value")),
      own(schema, "example"),
    ];
    return [...values, ...listIn(schema, "examples")].filter((value) => value !== undefined);
  });
}

/** An example may refer to nothing: then there is none. */
function followed(document: Document, value: Json | undefined): Json | undefined {
  const reference = referenceOf(value);
  if (value === undefined || reference === undefined) return value;
  return targetOf(document, reference) === undefined ? undefined : dereference(document, value);
}
