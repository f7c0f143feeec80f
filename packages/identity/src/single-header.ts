/** What `singleHeader` answers for a header that stands more than once. */
export const DOUBLED_HEADER: unique symbol = Symbol("header stands more than once");

/**
 * The one value of a header: `undefined` if it is missing, `DOUBLED_HEADER` if it stands more than once, in
 * any letter case.
 *
 * Reads the raw list because Node joins the values of a doubled header with ", ", which cannot be told
 * from one value with a comma.
 *
 * @param rawHeaders `IncomingMessage.rawHeaders`: names and values in turn
 */
export function singleHeader(
  rawHeaders: readonly string[],
  name: string,
): string | typeof DOUBLED_HEADER | undefined {
  const wanted = name.toLowerCase();
  let found: string | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index];
    if (candidate === undefined || candidate.length !== wanted.length) continue;
    if (candidate.toLowerCase() !== wanted) continue;
    if (found !== undefined) return DOUBLED_HEADER;
    found = rawHeaders[index + 1];
  }
  return found;
}
