import type { Exchange } from "./model/store.ts";

/**
 * A command line that sends a request again. It holds no credential: a user's identity is signed
 * each time that it runs.
 *
 * @param origin where the app listens
 */
export function curlOf({ app, user, method, path, accept, body }: Exchange, origin: string): string {
  return [
    `curl -s ${quoted(`${origin}${path}`)}`,
    ...(method === "GET" ? [] : [`-X ${method}`]),
    ...(user === null ? [] : [`-H "X-Identity: $(npm run -s identity -- --user ${user} --aud ${app})"`]),
    ...(accept === "" ? [] : [`-H ${quoted(`Accept: ${accept}`)}`]),
    ...(body === null ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`]),
  ].join(" ");
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
