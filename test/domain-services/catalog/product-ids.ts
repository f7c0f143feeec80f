import { isId, shorten, single } from "../http/parameters.ts";
import { invalidRequest } from "../http/problem.ts";

const MAX_IDS = 100;

/**
 * The ids of `?ids=a,b,c` in the order asked for; one that is asked for twice comes once, at its first place.
 *
 * @throws Problem 400 where there are none, over 100, or one that no product can have.
 */
export function productIdsOf(query: URLSearchParams): string[] {
  const value = single(query, "ids");
  if (value === undefined || value === "")
    throw invalidRequest(`ids must hold 1 to ${MAX_IDS} product ids, separated by commas.`);
  const ids = value.split(",");
  if (ids.length > MAX_IDS)
    throw invalidRequest(`ids must hold 1 to ${MAX_IDS} product ids, got ${ids.length}.`);
  const malformed = ids.find((id) => !isId(id));
  if (malformed !== undefined) {
    throw invalidRequest(
      `ids must hold ids of 1 to 64 letters, digits, '_' or '-', got '${shorten(malformed)}'.`,
    );
  }
  return [...new Set(ids)];
}
