import { Refusal } from "../refusal.ts";

/** The parameters of a query, each with its values in order. @throws Refusal 400 for what is not UTF-8 */
export function queryValues(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  if (query === "") return values;
  for (const pair of query.split("&")) {
    const [name = "", ...rest] = pair.split("=");
    const key = decode(name);
    values.set(key, [...(values.get(key) ?? []), decode(rest.join("="))]);
  }
  return values;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new Refusal(
      "validation",
      { code: "invalid-request", detail: "The query is not valid UTF-8" },
      { cause },
    );
  }
}
