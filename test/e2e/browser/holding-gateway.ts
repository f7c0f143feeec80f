import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { System } from "../system/start.ts";
import type { OpenAnswer } from "../system/web-client.ts";

/** Stands between a browser and the web BFF, and holds a page back in the middle for as long as a test wants to look at it. */
export interface HoldingGateway extends AsyncDisposable {
  readonly origin: string;
  /** What of the page has been let through, when the rest is held. */
  readonly untilHeld: Promise<string>;
  /** Lets the rest of the page through, and answers the whole of it. */
  release(): Promise<string>;
}

/** Headers that are between two neighbours, or of a coding that is undone here. */
const NOT_PASSED_ON = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "trailer",
  "content-encoding",
  "date",
]);

/** @param mark what the page is cut in front of */
export async function holdPages(system: System, user: string, mark: string): Promise<HoldingGateway> {
  const held = Promise.withResolvers<string>();
  const released = Promise.withResolvers<void>();
  const whole = Promise.withResolvers<string>();
  async function relay(answer: OpenAnswer, res: ServerResponse): Promise<void> {
    const headers = Object.entries(answer.headers).filter(([name]) => !NOT_PASSED_ON.has(name));
    res.writeHead(answer.status, Object.fromEntries(headers));
    let isHeld = false;
    let passed = "";
    for await (const piece of answer.body) {
      const markup = String(piece);
      const at = isHeld ? -1 : markup.indexOf(mark);
      if (at >= 0) {
        res.write(markup.slice(0, at));
        isHeld = true;
        held.resolve(passed + markup.slice(0, at));
        await released.promise;
      }
      res.write(markup.slice(Math.max(at, 0)));
      passed += markup;
    }
    res.end();
    whole.resolve(passed);
  }
  const server = createServer((req, res) => {
    const { accept = "*/*" } = req.headers;
    const asked = system.web.open(req.url ?? "/", { user, accept, headers: { "user-agent": "Mozilla/5.0" } });
    void asked.then((answer) => relay(answer, res)).catch(() => res.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    untilHeld: held.promise,
    release() {
      released.resolve();
      return whole.promise;
    },
    async [Symbol.asyncDispose]() {
      released.resolve();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
