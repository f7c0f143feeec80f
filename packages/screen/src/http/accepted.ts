import type { Request } from "express";

/** Parameters of a media range other than its weight. */
const PARAMETERS = /;\s*(?!q=)[^;,=\s]+=(?:"[^"]*"|[^;,]*)/gi;

/**
 * The media type that the client likes best of those that there are, or false. A range that asks for more (`charset=utf-8`, which
 * many clients add to JSON though it has none) is met by the plain type: what we send is UTF-8.
 */
export function acceptedOf(req: Request, mediaTypes: string[]): string | false {
  const header = req.headers.accept;
  // What nearly all programs send: one type. Weighing ranges costs as much as the rest of the choice together.
  if (header !== undefined && mediaTypes.includes(header)) return header;
  const accepted = req.accepts(mediaTypes);
  if (accepted !== false || header === undefined || !header.includes(";")) return accepted;
  req.headers.accept = header.replaceAll(PARAMETERS, "");
  return req.accepts(mediaTypes);
}
