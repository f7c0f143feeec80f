import type { Strictness } from "../dialect/strictness.ts";
import { note } from "../operation.ts";
import type { Operation, Reading, Violation } from "../operation.ts";
import { isSchema, withUsedDefinitions } from "./schema.ts";
import type { AnswerSchema, Formats } from "./schema.ts";
import { compileReplaceUnknown } from "./unknown-values.ts";
import type { AnswerEnums } from "./unknown-values.ts";
import { compileValidator } from "./validator.ts";

/** One operation of a contract, in its generated form. */
export type ContractOperation = {
  readonly name: string;
  readonly method: Operation<unknown>["method"];
  readonly path: string;
  readonly basePath?: string;
  readonly idempotent?: boolean;
  readonly repeated?: readonly string[];
  readonly bodyType?: string;
  readonly formStyles?: Operation<unknown>["formStyles"];
  readonly headers?: readonly string[];
  readonly answerTypes?: readonly string[];
  readonly empty?: "may" | "must";
  /** Undefined where the contract has no body for a success. */
  readonly answer?: { readonly schema: AnswerSchema; readonly enums: AnswerEnums };
};

/**
 * Makes an operation that the upstream client can call. Its `read`, compiled from the contract,
 * checks a body, replaces enum values that the contract does not list, and never throws. The check
 * is compiled at the first answer, in about a millisecond, so make the operation once, at start-up.
 *
 * @typeParam Answer the type that was generated for this operation, from the same contract
 * @param options.cache whether answers may be kept, and for whom
 * @param options.leaveOut the member that holds a list, such as `orders`. Its items that break the
 * contract are left out, and the scope of the call notes that. Default: they break the answer
 */
export function operationOf<Answer>(
  operation: ContractOperation,
  { leaveOut, ...options }: Pick<Operation<Answer>, "cache" | "hedge"> & { readonly leaveOut?: string } = {},
): Operation<Answer> {
  const { name, method, path, basePath = "", idempotent = false, repeated = [], empty } = operation;
  const { answer: contract = NOTHING } = operation;
  const validators = lazily((formats) => compileValidator(withUsedDefinitions(contract.schema), formats));
  const replaceUnknown = compileReplaceUnknown(contract.enums);
  const read = (given: unknown, { validation, formats = "annotate" }: Strictness = {}): Reading<Answer> => {
    const validator = validators(formats);
    const first = validator.violation(given);
    const body = first === undefined ? given : withoutBroken(given, leaveOut, validator.violation);
    const violation = body === given ? first : validator.violation(body);
    const used = violation !== undefined && validation === "report";
    if (violation !== undefined && !used) return { ok: false, violation };
    const { answer, fields } = replaceUnknown(body);
    if (used) note(answer, "broken", violation);
    else if (first !== undefined) note(answer, "leftOut", first);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the validator has just checked it, unless the upstream is read with `report`; type and schema come from one contract
    const value = answer as Answer;
    if (used) return { ok: true, value, unknownValues: fields, broken: validator.violations(body) };
    return fields.length === 0 ? { ok: true, value } : { ok: true, value, unknownValues: fields };
  };
  return {
    ...options,
    ...bodyTypeOf(operation),
    ...(operation.formStyles === undefined ? {} : { formStyles: operation.formStyles }),
    ...(operation.headers === undefined ? {} : { headers: operation.headers }),
    ...(operation.answerTypes === undefined ? {} : { answerTypes: operation.answerTypes }),
    ...(empty === undefined ? {} : { empty }),
    name,
    method,
    path,
    basePath,
    idempotent,
    repeated,
    read: notThrowing(read),
  };
}

/** An upstream checks formats or does not: the other check is not compiled. */
function lazily<Made>(make: (formats: Formats) => Made): (formats: Formats) => Made {
  const made = new Map<Formats, Made>();
  return (formats) => {
    const found = made.get(formats) ?? make(formats);
    made.set(formats, found);
    return found;
  };
}

/**
 * The body without the items of a list that break the contract; the same body if that is no help.
 */
function withoutBroken(
  body: unknown,
  list: string | undefined,
  validate: (body: unknown) => Violation | undefined,
): unknown {
  const items = list !== undefined && isSchema(body) ? body[list] : undefined;
  if (list === undefined || !isSchema(body) || !Array.isArray(items)) return body;
  if (items.length > MOST_ITEMS || validate({ ...body, [list]: [] }) !== undefined) return body;
  const one: Record<string, unknown> = { ...body };
  const kept = items.filter((item: unknown) => {
    one[list] = [item];
    return validate(one) === undefined;
  });
  return { ...body, [list]: kept };
}

/** No page is longer. Each broken item takes some time, and a hostile list may have many. */
const MOST_ITEMS = 1_000;

/** The contract of an operation whose answers are not read. */
const NOTHING = { schema: {}, enums: { root: {}, named: {} } };

/** A contract that takes any media type gets the upstream client's default, JSON. */
function bodyTypeOf({ bodyType }: ContractOperation): { readonly bodyType?: string } {
  return bodyType === undefined || bodyType.includes("*") ? {} : { bodyType };
}

/** The check recurses as deeply as the body is nested, so a hostile body can overflow the stack. */
function notThrowing<Answer>(read: Operation<Answer>["read"]): Operation<Answer>["read"] {
  return (body, strictness) => {
    try {
      return read(body, strictness);
    } catch {
      return { ok: false, violation: { field: "", expected: "must not be nested too deeply to be checked" } };
    }
  };
}
