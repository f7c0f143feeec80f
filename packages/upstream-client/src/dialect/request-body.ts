import { InvalidCallError } from "../errors.ts";
import type { Operation } from "../operation.ts";
import { textOf, urlencoded } from "./form.ts";
import { MultipartBody } from "./multipart.ts";

/** A body as it is sent: text, or what streams. */
export type RequestBody = string | MultipartBody;

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
const MULTIPART = /^multipart\/form-data\s*(?:;|$)/i;

/**
 * A body in its operation's media type.
 *
 * @throws InvalidCallError when it cannot be written so
 */
export function requestBody(
  { name, bodyType = "", formStyles }: Operation<unknown>,
  body: unknown,
): RequestBody | undefined {
  if (body === undefined) return undefined;
  const [isForm, isMultipart] = [FORM.test(bodyType), MULTIPART.test(bodyType)];
  if (!isForm && !isMultipart) return bodyOf(name, body);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new InvalidCallError(`${name}: the body of a form must be an object`);
  return isForm ? urlencoded(name, body, formStyles) : new MultipartBody(name, body, formStyles);
}

/** Whether a body can be sent again. */
export function isRepeatableBody(body: RequestBody | undefined): boolean {
  return !(body instanceof MultipartBody) || body.isRepeatable;
}

/**
 * A body as JSON text.
 *
 * @throws InvalidCallError as `textOf` does
 */
function bodyOf(operation: string, body: unknown): string | undefined {
  return JSON.stringify(body, (member, value: unknown) => {
    if (typeof value === "number") textOf(operation, member, value);
    return value;
  });
}
