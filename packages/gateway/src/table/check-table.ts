import jsonata from "jsonata";
import type { Route, RouteTable } from "./route.ts";

/** The route table cannot be used. `complaints` lists all that is wrong with it. */
export class RouteTableError extends Error {
  override readonly name = "RouteTableError";
  readonly code = "bad-route-table";
  readonly complaints: readonly string[];

  constructor(complaints: readonly string[]) {
    super(`the route table cannot be used: ${complaints.join("; ")}`);
    this.complaints = complaints;
  }
}

const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const BFF = /^[a-z][a-z0-9-]*-bff$/;
const PREFIX = /^(?:\/[A-Za-z0-9._~-]+)+$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** The login's paths, which no route may take. */
const RESERVED = "/auth";
/** Bytes. The kit refuses larger bodies before a route is known. */
const LARGEST_BODY = 100_000;
/** Milliseconds after which the proxy in front gives up. */
const LONGEST_DEADLINE_MS = 30_000;

/**
 * Checks what types cannot: names, paths, dates, numbers and expressions.
 *
 * @throws RouteTableError that names each bad entry
 */
export function checkTable({ targets, routes, landing }: RouteTable): void {
  const complaints = [
    ...duplicates(routes, "name"),
    ...duplicates(routes, "prefix"),
    ...routes.flatMap((route) =>
      [...formOf(route), ...limitsOf(route), ...versionOf(route, routes), ...targetOf(route, targets)].map(
        (complaint) => `route "${route.name}": ${complaint}`,
      ),
    ),
  ];
  for (const [name, { identity }] of Object.entries(targets)) {
    // The name of its address setting is made from it.
    if (!NAME.test(name)) complaints.push(`target "${name}": its name must match ${NAME.source}`);
    if (identity === "x-identity" && !BFF.test(name))
      complaints.push(`target "${name}": a BFF is called …-bff`);
  }
  if (!PREFIX.test(landing)) {
    complaints.push(`landing must be a path of this site such as /web/home, but it is "${landing}"`);
  }
  if (routes.length === 0) complaints.push("it has no routes");
  if (complaints.length > 0) throw new RouteTableError(complaints);
}

function duplicates(routes: readonly Route[], member: "name" | "prefix"): string[] {
  const values = routes.map((route) => route[member]);
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => `two routes have the ${member} "${value}"`);
}

function* formOf(route: Route): Iterable<string> {
  const { name, prefix, rewrite, callers, maxBodyBytes, deadlineMs, contract, cors, shadow } = route;
  if (!NAME.test(name)) yield `its name must match ${NAME.source}`;
  if (!PREFIX.test(prefix)) yield `its prefix must be segments such as /web, but it is "${prefix}"`;
  if (prefix === RESERVED || prefix.startsWith(`${RESERVED}/`)) yield `${RESERVED} is the login's own`;
  if (rewrite !== undefined && !PREFIX.test(rewrite)) {
    yield `its rewrite must be segments such as /orders, but it is "${rewrite}"`;
  }
  if (callers.length === 0) yield "it has no callers, so every request would be refused";
  if (route.login === true && !callers.includes("session")) yield "it has a login, but takes no session";
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 0 || maxBodyBytes > LARGEST_BODY) {
    yield `maxBodyBytes must be a whole number from 0 to ${LARGEST_BODY}, but it is ${maxBodyBytes}`;
  }
  if (!Number.isInteger(deadlineMs) || deadlineMs < 1 || deadlineMs > LONGEST_DEADLINE_MS) {
    yield `deadlineMs must be a whole number from 1 to ${LONGEST_DEADLINE_MS}, but it is ${deadlineMs}`;
  }
  for (const origin of cors?.origins ?? []) {
    if (!isOrigin(origin)) yield `cors: "${origin}" must be an origin such as https://app.example`;
  }
  if (cors?.origins.length === 0) yield "cors lists no origins";
  if (cors?.credentials === true && !callers.includes("session")) {
    yield "cors has credentials, but the route takes no session";
  }
  if (shadow !== undefined && !(shadow.share > 0 && shadow.share <= 1)) {
    yield `its shadow's share must be over 0 and at most 1, but it is ${shadow.share}`;
  }
  for (const pointer of shadow?.ignore ?? []) {
    if (!pointer.startsWith("/"))
      yield `shadow ignores "${pointer}", which is no JSON pointer such as /items/*`;
  }
  if (contract.kind === "openapi" && /^\/|(?:^|\/)\.\.(?:\/|$)/.test(contract.file)) {
    yield `its contract must lie in the folder of contracts, but it is "${contract.file}"`;
  }
}

/** `null`, which pages without an origin of their own have, is none. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

function* targetOf({ target, callers }: Route, targets: RouteTable["targets"]): Iterable<string> {
  const isBff = targets[target]?.identity === "x-identity";
  if (!Object.hasOwn(targets, target)) {
    yield `target "${target}" is none of ${Object.keys(targets).join(", ")}`;
  }
  if (callers === "anyone" && isBff) yield "a BFF needs an identity, so its callers cannot be anyone";
  if (callers.includes("anonymous") && !isBff) {
    yield "only a BFF is told of a visitor: its callers can be anyone";
  }
}

function* limitsOf({ limits }: Route): Iterable<string> {
  if (!limits.some(({ per }) => per === "address")) {
    yield "it has no limit per address, so guessing credentials would not be limited";
  }
  const kinds = limits.map(({ per }) => per);
  if (new Set(kinds).size !== kinds.length) yield "it has two limits of one kind";
  for (const { per, requests, seconds } of limits) {
    if (!Number.isInteger(requests) || requests < 1 || !Number.isInteger(seconds) || seconds < 1) {
      yield `its limit per ${per} must be whole numbers of at least 1, but it is ${requests} in ${seconds} s`;
    }
  }
}

function* versionOf({ deprecation, transform }: Route, routes: readonly Route[]): Iterable<string> {
  if (transform !== undefined) {
    try {
      jsonata(transform);
    } catch (error) {
      yield `its transform is not JSONata: ${error instanceof Error ? error.message : "cannot be parsed"}`;
    }
  }
  if (deprecation === undefined) return;
  const { since, sunset, successor } = deprecation;
  for (const date of [since, sunset]) if (!isDate(date)) yield `"${date}" is not a date such as 2026-09-01`;
  if (isDate(since) && isDate(sunset) && since >= sunset) yield "its sunset must come after its deprecation";
  if (!routes.some(({ prefix }) => prefix === successor)) {
    yield `its successor "${successor}" is no prefix of the table`;
  }
}

function isDate(text: string): boolean {
  // `Date` reads 31 February as a day in March.
  return DATE.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}
