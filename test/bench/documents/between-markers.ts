/**
 * Puts a text where a document has `<!-- name -->` and `<!-- /name -->`, in place of what stands between them.
 *
 * @throws Error for a document without that place
 */
export function putBetweenMarkers(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`expected ${start} … ${end} in the document, found none`);
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}
