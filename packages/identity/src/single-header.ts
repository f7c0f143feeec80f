/** What `singleHeader` returns for a header that came more than once. */
export const DOUBLED_HEADER: unique symbol = Symbol("header came more than once");

/**
 * The one value of a header, in any letter case: `undefined` if it is missing, `DOUBLED_HEADER` if
 * it came more than once.
 *
 * It reads the raw list, because Node joins the values of a doubled header with ", ", which looks
 * like one value with a comma.
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
