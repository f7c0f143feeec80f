import { appendFileSync } from "node:fs";
import { ServerResponse } from "node:http";

/**
 * Makes this process change every value of the JSON that it answers, and every list's length. It
 * works on the answers themselves, so it knows nothing of an app's sources.
 *
 * @param notes a file to which the pointer of each such place is appended, with `*` for an index
 * @param areChanged if not, the places are only noted
 */
export function seedAnswers(notes: string, areChanged: boolean): void {
  const known = new Set<string>();
  const note = (at: string): void => {
    if (!known.has(at)) appendFileSync(notes, `${at}\n`);
    known.add(at);
  };
  const changed = (value: unknown, at: string): unknown => {
    // Filled only if a busy machine made a part late.
    if (at === "/degraded") return value;
    if (Array.isArray(value)) {
      if (value.length > 0) note(at);
      const items = value.map((item) => changed(item, `${at}/*`));
      return [...items, ...items.slice(-1)];
    }
    if (typeof value === "object" && value !== null) {
      const members = Object.entries(value).map(([name, member]) => {
        return [name, changed(member, `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`)];
      });
      return Object.fromEntries(members);
    }
    note(at);
    return other(value);
  };

  const { prototype } = ServerResponse;
  prototype.writeHead = new Proxy(Reflect.get(prototype, "writeHead"), {
    apply: (writeHead, response: ServerResponse, given: readonly unknown[]) =>
      Reflect.apply(writeHead, response, given.map(withoutLength)),
  });
  prototype.end = new Proxy(Reflect.get(prototype, "end"), {
    apply(end, response: ServerResponse, given: readonly unknown[]) {
      const [body, ...rest] = given;
      if (response.statusCode !== 200 || typeof body !== "string") return Reflect.apply(end, response, given);
      const text = JSON.stringify(changed(JSON.parse(body), ""));
      if (!response.headersSent) response.removeHeader("Content-Length");
      return Reflect.apply(end, response, [areChanged ? text : body, ...rest]);
    },
  });
}

function other(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  return typeof value === "number" ? value + 1 : `${String(value)}-`;
}

/** Headers as a flat list of names and values, without the length that the body no longer has. */
function withoutLength(argument: unknown): unknown {
  if (!Array.isArray(argument)) return argument;
  const at = argument.indexOf("Content-Length");
  return at < 0 ? argument : argument.toSpliced(at, 2);
}
