import type { Request } from "express";
import type { TSchema } from "typebox";
import { Compile } from "typebox/schema";
import { ScreenProblem } from "../run/problem.ts";
import { bodyProblem } from "./body-problem.ts";

/** What a command's request says, in whichever form it came. */
export type CommandRequest = {
  readonly body: unknown;
  readonly idempotencyKey: string;
  /** The form's token; undefined for JSON, which no other site's page can send with an `Idempotency-Key`. */
  readonly formToken: string | undefined;
};

/** 8 to 128 visible ASCII characters, as the services' contracts have it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,128}$/;

/**
 * Makes the reader of a command's parsed body. The reader throws ScreenProblem, saying what is missing or wrong: the media type, the
 * key, or the first field that is not as the schema says (never its value).
 */
export function commandReader(schema: TSchema, takesForms: boolean): (req: Request) => CommandRequest {
  const validator = Compile(schema);
  const checked = (body: unknown): unknown => {
    if (validator.Check(body)) return body;
    throw invalid(bodyProblem(validator.Errors(body)[1]));
  };
  return (req) => {
    if (req.is("application/json") !== false) {
      const key = keyOf(valuesOf(req, "idempotency-key"), "an Idempotency-Key header");
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
  throw invalid(`This needs ${where}, once, of 8 to 128 visible ASCII characters.`);
}

/** A form's fields; a field that stands twice is a list in the parsed body, and no command has lists. */
function fieldsOf(body: unknown): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body ?? {})) {
    if (typeof value !== "string") throw invalid("A field of the form stands more than once.");
    fields[name] = value;
  }
  return fields;
}

/** All values of a header, each for itself: Node joins them. */
function valuesOf(req: Request, name: string): readonly string[] {
  return req.rawHeaders.filter((_, index, raw) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
}

function invalid(detail: string): ScreenProblem {
  return new ScreenProblem({ code: "invalid-request", detail });
}
