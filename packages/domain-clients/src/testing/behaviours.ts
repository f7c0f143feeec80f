import { gzipSync } from "node:zlib";
import { jsonReply, problemReply } from "./reply.ts";
import type { Behaviour, StubReply } from "./reply.ts";

/** Answers a problem with this status. */
export function fails(status: number, headers: StubReply["headers"] = {}): Behaviour {
  return () => {
    const reply = problemReply(status);
    return { ...reply, headers: { ...reply.headers, ...headers } };
  };
}

/** Takes the request and never answers. */
export const hangs: Behaviour = () => new Promise<never>(() => {});

/** Answers as it would, but not before the promise is fulfilled. */
export function waitsFor(
  promise: Promise<unknown>,
  behaviour: Behaviour = (ordinary) => ordinary,
): Behaviour {
  return async (ordinary, call) => {
    await promise;
    return behaviour(ordinary, call);
  };
}

/** Resets the connection instead of answering. */
export const resets: Behaviour = (ordinary) => ({ ...ordinary, ending: "reset" });

/** Resets the connection in the middle of the body. */
export const cutsBody: Behaviour = (ordinary) => ({ ...ordinary, ending: "cut" });

/** Answers another body, as JSON. */
export function answers(body: unknown): Behaviour {
  return () => jsonReply(body);
}

/** Answers what `change` makes of the ordinary body: to leave a field out, or to give it a value of another kind. */
export function changes(change: (body: Readonly<Record<string, unknown>>) => unknown): Behaviour {
  return (ordinary) => {
    const body: unknown = JSON.parse(ordinary.body.toString());
    const changed = typeof body === "object" && body !== null ? change({ ...body }) : body;
    return { ...ordinary, body: JSON.stringify(changed) };
  };
}

/** Answers with these headers besides the ordinary ones. */
export function withHeaders(headers: StubReply["headers"]): Behaviour {
  return (ordinary) => ({ ...ordinary, headers: { ...ordinary.headers, ...headers } });
}

/** The ways in which an answer can break its contract, whatever the operation: none of them may reach a client. */
export const BREAKS_CONTRACT: Readonly<Record<string, Behaviour>> = {
  "no object": answers("text"),
  "required fields missing": answers({}),
  "not JSON": (ordinary) => ({ ...ordinary, body: "<html>Hello</html>" }),
  "no body": (ordinary) => ({ ...ordinary, body: "" }),
  "wrong media type": withHeaders({ "content-type": "text/html" }),
  "compressed though nobody asked": (ordinary) => ({
    ...ordinary,
    headers: { ...ordinary.headers, "content-encoding": "gzip" },
    body: gzipSync(ordinary.body),
  }),
  "204": (ordinary) => ({ ...ordinary, status: 204, headers: {}, body: "" }),
  redirect: (ordinary) => ({ ...ordinary, status: 302, headers: { location: "/elsewhere" }, body: "" }),
  "too large": changes((body) => ({ ...body, padding: "x".repeat(2 * 1024 * 1024) })),
};
