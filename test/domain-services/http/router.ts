import { Problem, invalidRequest, notFound } from "./problem.ts";
import type { Reply } from "./reply.ts";
import type { ServiceRequest } from "./request.ts";

export interface Route {
  method: "GET" | "PUT" | "POST" | "DELETE";
  /** `/orders/:orderId`: a part that starts with a colon is a parameter. */
  path: string;
  answer: (request: ServiceRequest) => Promise<Reply> | Reply;
  /** Where a success can be damaged when the service is told to break its contract. */
  breakable?: Breakable;
}

/** Dotted paths into a successful answer; `*` stands for every element of a list. */
export interface Breakable {
  /** A member that the contract requires. */
  required: string;
  /** A member whose type can be wrong. */
  typed: string;
  /** A member with listed values. */
  enumerated: string;
  /** Names of members that are maps, whose values the contract types: a member of another type in one is no allowed addition. */
  maps?: readonly string[];
}

/** Finds the route of a method and a path (as received, without its query). */
export type Matcher = (method: string, path: string) => RouteMatch;

export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
}

/**
 * Finds the route of a method and a path (as received, without its query); HEAD is answered by GET's.
 *
 * @throws Problem 404 for an unknown path, 405 with `Allow` for a known one, 400 for a broken percent-encoding.
 */
export function router(routes: readonly Route[]): Matcher {
  const compiled = routes.map((route) => ({ route, parts: route.path.split("/") }));
  return (method, path) => {
    const segments = path.split("/");
    const onPath = compiled.filter(({ parts }) => isSameShape(parts, segments));
    const wanted = method === "HEAD" ? "GET" : method;
    const found = onPath.find(({ route }) => route.method === wanted);
    if (found !== undefined) return { route: found.route, params: paramsOf(found.parts, segments) };
    if (onPath.length === 0) throw notFound("No such resource.");
    const allowed = onPath
      .flatMap(({ route }) => (route.method === "GET" ? ["GET", "HEAD"] : [route.method]))
      .join(", ");
    throw new Problem(405, "method-not-allowed", `This resource takes ${allowed}.`, {
      headers: { allow: allowed },
    });
  };
}

function isSameShape(parts: readonly string[], segments: readonly string[]): boolean {
  return (
    parts.length === segments.length &&
    parts.every((part, index) => (part.startsWith(":") ? segments[index] !== "" : part === segments[index]))
  );
}

function paramsOf(parts: readonly string[], segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decode(segments[index] ?? "");
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw invalidRequest("The path holds a broken percent-encoding.", { cause });
  }
}
