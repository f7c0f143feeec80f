import { IDEMPOTENCY_KEY } from "@triptych/upstream-client";
import type { Request } from "express";
import type { TSchema } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import { Compile } from "typebox/schema";
import { expectationOf } from "../run/expectation.ts";
import { invalidRequest, ScreenProblem } from "../run/failure.ts";
import { holdsInexactNumber } from "./inexact-number.ts";

/** What a command's request says, whether it came as JSON or as an HTML form. */
export type CommandRequest = {
  readonly body: unknown;
  readonly idempotencyKey: string;
  /**
   * A form's token. It is undefined for JSON, which needs none: no other site's page can send JSON
   * with an `Idempotency-Key`.
   */
  readonly formToken: string | undefined;
};

/** The media types of a JSON body (RFC 6839 for the suffix). */
export const JSON_TYPES = ["application/json", "application/*+json"];

/**
 * Makes the function that reads a command's parsed body. That function throws ScreenProblem, which
 * says what is missing or wrong: the media type, the key, or the first field that does not match
 * the schema (never its value).
 */
export function commandReader(schema: TSchema, takesForms: boolean): (req: Request) => CommandRequest {
  const validator = Compile(schema);
  const checked = (body: unknown): unknown => {
    if (validator.Check(body)) return body;
    throw invalidRequest(bodyProblem(validator.Errors(body)[1]));
  };
  return (req) => {
    if (req.is(JSON_TYPES) !== false) {
      const key = keyOf(valuesOf(req, "idempotency-key"), "an Idempotency-Key header");
      if (holdsInexactNumber(req.body)) {
        throw invalidRequest("The body holds a whole number beyond 2^53 - 1: send it as text.");
      }
      return { body: checked(req.body), idempotencyKey: key, formToken: undefined };
    }
    if (takesForms && req.is("application/x-www-form-urlencoded") !== false) {
      const { token, idempotencyKey, ...body } = fieldsOf(req.body);
      const key = keyOf(idempotencyKey === undefined ? [] : [idempotencyKey], "a field idempotencyKey");
      return { body: checked(body), idempotencyKey: key, formToken: token ?? "" };
    }
    const accepted = takesForms
      ? "application/json or application/x-www-form-urlencoded"
      : "application/json";
    throw new ScreenProblem({ code: "unsupported-media-type", detail: `The body must be ${accepted}.` });
  };
}

function keyOf(values: readonly string[], where: string): string {
  const [key] = values;
  if (values.length === 1 && key !== undefined && IDEMPOTENCY_KEY.test(key)) return key;
  throw invalidRequest(`This needs ${where}, once, of 8 to 128 visible ASCII characters.`);
}

/**
 * A form's fields. The parser makes a list of a field that comes twice, and no command has lists.
 */
function fieldsOf(body: unknown): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body ?? {})) {
    if (typeof value !== "string") throw invalidRequest("A field of the form is there more than once.");
    fields[name] = value;
  }
  return fields;
}

/** All values of a header. `req.headers` would join them. */
function valuesOf(req: Request, name: string): readonly string[] {
  return req.rawHeaders.filter((_, index, raw) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
}

/** One sentence: the first field that is wrong (never its value), and what was expected. */
function bodyProblem(errors: readonly TLocalizedValidationError[]): string {
  return `The body is not as it should be at ${errors[0]?.instancePath || "/"}: it ${expectationOf(errors)}.`;
}
