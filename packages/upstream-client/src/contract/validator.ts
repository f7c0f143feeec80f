import type { Violation } from "../operation.ts";
import { Compile } from "typebox/schema";
import { Explainer } from "./explainer.ts";
import { withOwnFormats } from "./formats.ts";
import type { AnswerSchema } from "./schema.ts";

/** Checks a body: undefined when it keeps to the schema, else the first place that does not. */
export type Validate = (body: unknown) => Violation | undefined;

/** Compiles a schema: some milliseconds, so do it at start-up. The result may throw a RangeError at a body nested too deeply. */
export function compileValidator(schema: AnswerSchema): Validate {
  const checked = withOwnFormats(schema);
  const validator = Compile(checked);
  const explainer = new Explainer(checked);
  return (body) => (validator.Check(body) ? undefined : explainer.explain(body));
}
