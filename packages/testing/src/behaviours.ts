import { headOf, problemReply } from "./misbehaving-upstream.ts";
import type { Behaviour, Reply } from "./misbehaving-upstream.ts";

/** Takes the request and never answers. */
export const hangs: Behaviour = () => () => undefined;

/** Resets the connection instead of answering. */
export const resets: Behaviour = () => (socket) => void socket.resetAndDestroy();

/** Resets the connection in the middle of the body. */
export const cutsBody: Behaviour = (ordinary) => (socket) => {
  const bytes = Buffer.from(ordinary.body);
  socket.write(headOf(ordinary));
  socket.write(bytes.subarray(0, bytes.length / 2), () => setImmediate(() => socket.resetAndDestroy()));
};

/** Answers a problem with this status. */
export function fails(status: number, headers: Reply["headers"] = {}): Behaviour {
  return () => problemReply(status, headers);
}

/** Answers as it would, but not before the promise is fulfilled. */
export function waitsFor(promise: Promise<unknown>): Behaviour {
  return async (ordinary) => {
    await promise;
    return ordinary;
  };
}

/** Answers another body, as JSON. */
export function answers(body: unknown): Behaviour {
  return (ordinary) => ({ ...ordinary, status: 200, body: JSON.stringify(body) });
}

/**
 * Answers what `make` returns in place of the ordinary body. What it leaves out is gone: `(body) =>
 * ({ ...body, id: 7 })` keeps the rest.
 */
export function replacesBody(make: (body: Readonly<Record<string, unknown>>) => unknown): Behaviour {
  return (ordinary) => {
    const body: unknown = JSON.parse(ordinary.body.toString());
    const changed = typeof body === "object" && body !== null ? make({ ...body }) : body;
    return { ...ordinary, body: JSON.stringify(changed) };
  };
}

/** Answers with these headers besides the ordinary ones. */
export function withHeaders(headers: Reply["headers"]): Behaviour {
  return (ordinary) => ({ ...ordinary, headers: { ...ordinary.headers, ...headers } });
}
