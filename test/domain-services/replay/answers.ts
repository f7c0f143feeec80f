import { Problem } from "../service/reply.ts";
import { pathOf } from "./recording.ts";
import type { Exchange } from "./recording.ts";

/** An answer from the recording. */
export type Answer = Omit<Exchange, "path" | "person">;

/** The answers that a recording has. */
export interface RecordedAnswers {
  /** How many people were recorded; 0 if the service's answers are for everybody. */
  readonly people: number;
  /** The person whose answers a user gets, always the same one. */
  personOf(user: string): number;
  /**
   * The answer to a GET; undefined if the recording has nothing that it could come from. @throws
   * Problem 400 for a cursor that no page gave
   */
  find(person: number, path: string, query: URLSearchParams): Answer | undefined;
}

/**
 * Answers from recorded exchanges. Besides the same question, it answers a shorter or longer list
 * (to the end of the recorded one), a page of a list by `cursor`, other `ids` of what was recorded,
 * and a member of a recorded list by its own path.
 */
export function recordedAnswers(exchanges: readonly Exchange[]): RecordedAnswers {
  const people = Math.max(0, ...exchanges.map(({ person }) => person ?? 0));
  return {
    people,
    personOf: (user) => (people === 0 ? 0 : ((numberOf(user) - 1) % people) + 1),
    find(person, path, query) {
      const known = exchanges.filter((exchange) => exchange.person === null || exchange.person === person);
      const same = known.find((exchange) => exchange.path === pathOf(path, query));
      return same ?? pageOf(known, path, query) ?? chosen(known, path, query) ?? memberOf(known, path);
    },
  };
}

/** The ids of sample users are numbers. Any other id becomes a number by its letters. */
function numberOf(user: string): number {
  if (/^[1-9]\d{0,8}$/.test(user)) return Number(user);
  let sum = 1;
  for (const letter of user) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return sum + 1;
}

/** A page of the longest recorded list of this path. @throws Problem 400, as the services do */
function pageOf(known: readonly Exchange[], path: string, query: URLSearchParams): Answer | undefined {
  if (!query.has("limit") && !query.has("cursor")) return undefined;
  const [longest] = listsOf(known, path).toSorted((a, b) => b.elements.length - a.elements.length);
  if (longest === undefined) return undefined;
  const { exchange, body, name, elements } = longest;
  const from = startOf(query.get("cursor"));
  if (!(from < Math.max(1, elements.length)))
    throw new Problem(400, "cursor must be a nextCursor of this list; leave it out to start with the first.");
  const to = from + Number(query.get("limit") ?? elements.length);
  const next = "nextCursor" in body ? { nextCursor: to < elements.length ? `at-${to}` : null } : {};
  return { ...exchange, body: { ...body, [name]: elements.slice(from, to), ...next } };
}

/** The index at which a page starts. NaN for what is no cursor. */
function startOf(cursor: string | null): number {
  return cursor === null ? 0 : Number(/^at-([1-9]\d*)$/.exec(cursor)?.[1]);
}

/** The elements with these `ids`. An id that was asked for and had no answer has none now. */
function chosen(known: readonly Exchange[], path: string, query: URLSearchParams): Answer | undefined {
  const wanted = query.get("ids")?.split(",") ?? [];
  const lists = listsOf(known, path).filter(({ ids }) => ids.length > 0);
  const [first] = lists;
  const recorded = new Set(lists.flatMap(({ ids }) => ids));
  if (first === undefined || wanted.length === 0 || !wanted.every((id) => recorded.has(id))) return undefined;
  const found = new Map(lists.flatMap(({ elements }) => elements.map((element) => [idOf(element), element])));
  const elements = [...new Set(wanted)].flatMap((id) => found.get(id) ?? []);
  return { ...first.exchange, body: { ...first.body, [first.name]: elements } };
}

/** `/orders/ord_1` from a list of `/orders`, with the headers of the list. */
function memberOf(known: readonly Exchange[], path: string): Answer | undefined {
  const end = path.lastIndexOf("/");
  for (const { exchange, elements } of listsOf(known, path.slice(0, end))) {
    const body = elements.find((element) => idOf(element) === path.slice(end + 1));
    if (body !== undefined) return { ...exchange, body };
  }
  return undefined;
}

interface RecordedList {
  exchange: Exchange;
  /** The answer, and the name of the only list in it. */
  body: object;
  name: string;
  elements: readonly unknown[];
  /** The ids that were asked for. */
  ids: readonly string[];
}

/** The recorded answers of a path that hold exactly one list. */
function listsOf(known: readonly Exchange[], path: string): RecordedList[] {
  return known.flatMap((exchange) => {
    const [recorded, query] = exchange.path.split("?");
    const { body } = exchange;
    if (recorded !== path || typeof body !== "object" || body === null) return [];
    const [only, ...others] = Object.entries(body).filter(([, value]) => Array.isArray(value));
    if (only === undefined || others.length > 0) return [];
    const ids = new URLSearchParams(query).get("ids")?.split(",") ?? [];
    return [{ exchange, body, name: only[0], elements: only[1], ids }];
  });
}

function idOf(element: unknown): unknown {
  return typeof element === "object" && element !== null && "id" in element ? element.id : undefined;
}
