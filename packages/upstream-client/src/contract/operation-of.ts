import type { Operation, Reading } from "../operation.ts";
import type { AnswerSchema } from "./schema.ts";
import { compileReplaceUnknown } from "./unknown-values.ts";
import type { AnswerEnums } from "./unknown-values.ts";
import { compileValidator } from "./validator.ts";

/** One operation as its contract describes it, in the form that it is generated in. */
export type ContractOperation = {
  readonly name: string;
  readonly method: Operation<unknown>["method"];
  readonly path: string;
  readonly idempotent: boolean;
  readonly repeated?: readonly string[];
  readonly bodyType?: string;
  readonly empty?: "may" | "must";
  /** None where the contract knows of no body. */
  readonly answer?: { readonly schema: AnswerSchema; readonly enums: AnswerEnums };
};

/**
 * The operation, with a reader compiled from its contract: it checks a body, replaces enum values
 * that the contract does not list, and never throws. Compiling takes a millisecond or so: do it
 * once, at start-up.
 *
 * `Answer` is the type that was generated from the same contract for the same operation.
 * @param options.cache whether the contract lets answers be kept, and for whom
 */
export function operationOf<Answer>(
  operation: ContractOperation,
  options: Pick<Operation<Answer>, "cache"> = {},
): Operation<Answer> {
  const { name, method, path, idempotent, repeated = [], empty, answer: contract = NOTHING } = operation;
  const validate = compileValidator(contract.schema);
  const replaceUnknown = compileReplaceUnknown(contract.enums);
  const read = (body: unknown): Reading<Answer> => {
    const violation = validate(body);
    if (violation !== undefined) return { ok: false, violation };
    const { answer, fields } = replaceUnknown(body);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the validator has just checked it; type and schema come from one contract
    const value = answer as Answer;
    return fields.length === 0 ? { ok: true, value } : { ok: true, value, unknownValues: fields };
  };
  return {
    ...options,
    ...bodyTypeOf(operation),
    ...(empty === undefined ? {} : { empty }),
    name,
    method,
    path,
    idempotent,
    repeated,
    read: notThrowing(read),
  };
}

/** Of an operation whose answers are not read. */
const NOTHING = { schema: {}, enums: { root: {}, named: {} } };

/**
 * A contract that takes whatever comes (`*` and a slash) gets the upstream client's default, JSON.
 */
function bodyTypeOf({ bodyType }: ContractOperation): { readonly bodyType?: string } {
  return bodyType === undefined || bodyType.includes("*") ? {} : { bodyType };
}

/**
 * Checking follows the body as deep as its sender nested it, so the stack may end: that is the
 * sender's fault, not ours.
 */
function notThrowing<Answer>(read: (body: unknown) => Reading<Answer>): (body: unknown) => Reading<Answer> {
  return (body) => {
    try {
      return read(body);
    } catch {
      return { ok: false, violation: { field: "", expected: "must not be nested too deeply to be checked" } };
    }
  };
}
