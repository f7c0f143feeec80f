import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { IdentityGate } from "@triptych/identity";
import type { DirectScreen } from "@triptych/screen";
import { contain, EVERY_ANSWER } from "@triptych/service-kit";
import type { RequestRecord } from "@triptych/service-kit";

type Options = {
  /** Everything that is not answered directly goes here. */
  readonly app: RequestListener;
  readonly prefix: string;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly find: (req: IncomingMessage, path: string) => DirectScreen | undefined;
  readonly gate: Pick<IdentityGate, "admits">;
  readonly begin: (req: IncomingMessage, res: ServerResponse, requestId: string) => RequestRecord | undefined;
  readonly onStray: (error: unknown) => void;
};

/**
 * Puts a shorter way in front of an Express app: a screen with a known address, asked for as JSON
 * by a valid identity, is answered in one write if it is complete. The app answers everything else,
 * and also what came out incomplete. Both ways give the same answers: a test compares them.
 */
export function directWay({ app, prefix, find, gate, begin, onStray, ...options }: Options): RequestListener {
  // Names without their case, so that a BFF's own value goes first.
  const all = new Map(
    Object.entries({ ...options.headers, ...EVERY_ANSWER }).map(([name, value]) => [
      name.toLowerCase(),
      [name, value],
    ]),
  );
  const headers = [...all.values()].flat();
  return (req, res) => {
    const { url = "" } = req;
    const screen = url.startsWith(prefix) ? find(req, url.slice(prefix.length)) : undefined;
    const requestId = screen && gate.admits(req, res)?.requestId;
    if (screen === undefined || requestId === undefined) return app(req, res);
    const record = begin(req, res, requestId);
    if (record === undefined) return app(req, res);
    record.screen = screen.name;
    const own = [...headers, "X-Request-Id", requestId];
    contain(onStray, () => screen.answer(req, res, own, () => app(req, res)));
  };
}
