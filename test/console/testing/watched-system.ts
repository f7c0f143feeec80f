import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openDevelopmentConsole, ROOT, systemOf, withConsole } from "@triptych/cli/stack";
import type { RoleName } from "@triptych/cli/stack";
import { SERVICES, startRunning } from "../../e2e/testing/running-stack.ts";
import type { RunningStack } from "../../e2e/testing/running-stack.ts";

/** The services and a BFF, and a console that sees them, as `npm start` has it. */
export interface WatchedSystem extends AsyncDisposable {
  readonly running: RunningStack;
  /** The console's address. */
  readonly origin: string;
  /** JSON of the console's. */
  read(path: string): Promise<unknown>;
  /** Asks for the home page as a user, and returns what the console tells of it. */
  visit(user: string): Promise<SeenRequest>;
  /** Reports requests of another program, as its exporter would. @param screens a name for each */
  report(...screens: readonly string[]): Promise<void>;
}

/** One entry of `GET /requests.json`, as far as tests look at it. */
export interface SeenRequest {
  readonly id: string;
  readonly screen: string;
  readonly outcome: string;
  readonly user: string;
  readonly sections: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly reason: string | null;
  }[];
  readonly calls: readonly SeenCall[];
}

/** One of its calls. */
export interface SeenCall {
  readonly section: string;
  readonly upstream: string;
  readonly operation: string;
  readonly owner: string;
  readonly outcome: string;
  readonly kind: string;
  readonly cache: string;
  readonly durationMs: number;
  readonly critical: boolean;
}

/** Ten seconds: much longer than spans wait in an app. */
const MOST_LOOKS = 200;

/** The kind of an OTLP span that answered a request. */
const SERVER = 2;

/** Starts them on free ports. @param app the BFF; default the web BFF, which `visit` asks */
export async function startWatchedSystem(app: RoleName = "web-bff"): Promise<WatchedSystem> {
  await using begun = new AsyncDisposableStack();
  const { console, tracing, probe } = await openDevelopmentConsole(ROOT, {}, 0);
  begun.defer(() => console.close());
  const role = { name: app, kind: "bff", main: "", port: 0 } as const;
  const running = begun.use(
    await startRunning({
      roles: [...SERVICES, app],
      env: tracing,
      roleEnv: withConsole(ROOT, [role], {}, probe),
      onLine: ({ name }, { text }) => console.readLogLine(name, text),
    }),
  );
  console.show(systemOf(ROOT, running.stack, { standIns: [] }));
  const cleanUp = begun.move();
  const read = async (path: string): Promise<unknown> => (await fetch(`${console.origin}${path}`)).json();
  return {
    running,
    origin: console.origin,
    read,
    async visit(user) {
      const { headers } = await running.once("web-bff", "/web/home-page", user);
      for (let looked = 0; looked < MOST_LOOKS; looked += 1) {
        await sleep(50);
        const seen: unknown = await read("/requests.json?limit=20");
        const found = (Array.isArray(seen) ? seen : []).find(
          (one: SeenRequest) => one.id === headers["x-request-id"] && one.user !== null,
        );
        if (found !== undefined) return found;
      }
      throw new Error(`the console should show the request of user ${user}, but it does not`);
    },
    async report(...screens) {
      const spans = screens.map((screen, index) => {
        const at = `${Date.now() - screens.length + index}000000`;
        return {
          traceId: randomBytes(16).toString("hex"),
          spanId: randomBytes(8).toString("hex"),
          kind: SERVER,
          startTimeUnixNano: at,
          endTimeUnixNano: at,
          attributes: [{ key: "triptych.screen", value: { stringValue: screen } }],
        };
      });
      await fetch(`${console.origin}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
      });
    },
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}
