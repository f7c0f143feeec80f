import { pathOf } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";

/** An answer from the recording. */
export type Answer = Omit<Exchange, "path" | "person">;

export interface RecordedAnswers {
  /** How many people there are recordings of; 0 where the service's answers are for everybody. */
  readonly people: number;
  /** Which of them stands for a user. */
  personOf(user: string): number;
  /** The answer to a GET, or undefined where nothing was recorded from which it could come. */
  find(person: number, path: string, query: URLSearchParams): Answer | undefined;
}

/**
 * Answers from recorded exchanges. A service is asked in many ways for the same things, so besides the very same question
 * these are answered: a shorter or longer list than was recorded (it ends where the recording does), a page of it by `cursor`,
 * other `ids` of what was recorded, and a member of a recorded list by its own path.
 */
export function recordedAnswers(exchanges: readonly Exchange[]): RecordedAnswers {
  const people = Math.max(0, ...exchanges.map(({ person }) => person ?? 0));
  const of = (person: number): Exchange[] =>
    exchanges.filter((exchange) => exchange.person === null || exchange.person === person);
  return {
    people,
    personOf: (user) => (people === 0 ? 0 : ((numberOf(user) - 1) % people) + 1),
    find(person, path, query) {
      const known = of(person);
      const same = known.find((exchange) => exchange.path === pathOf(path, query));
      return same ?? listed(known, path, query) ?? chosen(known, path, query) ?? member(known, path);
    },
  };
}

/** The sample users' ids are numbers; others are counted by their letters. */
function numberOf(user: string): number {
  if (/^[1-9]\d{0,8}$/.test(user)) return Number(user);
  let sum = 1;
  for (const letter of user) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return sum + 1;
}

/** From the longest recorded list of this path. */
function listed(known: readonly Exchange[], path: string, query: URLSearchParams): Answer | undefined {
  if (!query.has("limit") && !query.has("cursor")) return undefined;
  const lists = known.filter((exchange) => exchange.path.split("?")[0] === path);
  const [longest] = lists.toSorted(
    (a, b) => (listOf(b)?.elements.length ?? 0) - (listOf(a)?.elements.length ?? 0),
  );
  const list = longest === undefined ? undefined : listOf(longest);
  if (longest === undefined || list === undefined) return undefined;
  const from = Number(/^at-(\d+)$/.exec(query.get("cursor") ?? "")?.[1] ?? 0);
  const to = from + Number(query.get("limit") ?? list.elements.length);
  const page = { ...list.body, [list.name]: list.elements.slice(from, to) };
  const next = "nextCursor" in list.body ? { nextCursor: to < list.elements.length ? `at-${to}` : null } : {};
  return { ...longest, body: { ...page, ...next } };
}

/** By `ids`: an id that was asked for while recording and had no answer has none now. */
function chosen(known: readonly Exchange[], path: string, query: URLSearchParams): Answer | undefined {
  const wanted = query.get("ids")?.split(",");
  if (wanted === undefined) return undefined;
  const lists = known.filter((exchange) => exchange.path.startsWith(`${path}?ids=`));
  const asked = new Set(lists.flatMap((exchange) => exchange.path.slice(`${path}?ids=`.length).split(",")));
  const [first] = lists;
  const list = first === undefined ? undefined : listOf(first);
  if (first === undefined || list === undefined || !wanted.every((id) => asked.has(id))) return undefined;
  const found = new Map(
    lists.flatMap((exchange) => listOf(exchange)?.elements ?? []).map((element) => [idOf(element), element]),
  );
  const elements = [...new Set(wanted)].flatMap((id) => found.get(id) ?? []);
  return { ...first, body: { ...list.body, [list.name]: elements } };
}

/** `/orders/ord_1` from a list of `/orders`. */
function member(known: readonly Exchange[], path: string): Answer | undefined {
  const end = path.lastIndexOf("/");
  const id = path.slice(end + 1);
  for (const exchange of known) {
    if (exchange.path.split("?")[0] !== path.slice(0, end)) continue;
    const body = listOf(exchange)?.elements.find((element) => idOf(element) === id);
    // Only the list's own headers are known.
    if (body !== undefined) return { ...exchange, body };
  }
  return undefined;
}

/** The one list that an answer holds. */
function listOf({
  body,
}: Exchange): { name: string; elements: readonly unknown[]; body: object } | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const lists: [string, unknown][] = Object.entries(body).filter(([, value]) => Array.isArray(value));
  const [name, elements] = lists.length === 1 ? (lists[0] ?? []) : [];
  return name === undefined || !Array.isArray(elements) ? undefined : { name, elements, body };
}

function idOf(element: unknown): unknown {
  return typeof element === "object" && element !== null && "id" in element ? element.id : undefined;
}
