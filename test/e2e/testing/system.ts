import type { RoleName } from "@triptych/cli/stack";
import { WebClient } from "./client.ts";
import { newVisitors } from "./databases.ts";
import { until } from "./patience.ts";
import { SERVICES, startRunning } from "./running-stack.ts";
import type { RunningStack } from "./running-stack.ts";

/** The services and BFFs, and a client of the web BFF. */
export interface System extends RunningStack {
  readonly web: WebClient;
  /** A user about whom the web BFF has cached nothing. @throws RangeError when there are no more */
  newVisitor(): string;
  /** Ends all misbehaviour and starts the web BFF again, with empty caches. */
  restartWeb(): Promise<void>;
  /**
   * The same, but only if a service has misbehaved since the web BFF started: its breakers may be
   * open, and it may have cached what came of it. A start takes a second of CPU time.
   */
  recoverWeb(): Promise<void>;
  /** Ends the misbehaviour of all services. */
  behave(): Promise<void>;
  /** Makes all services misbehave. */
  misbehave(switches: object): Promise<void>;
  /** Forgets what the services were asked so far. */
  forgetCalls(): Promise<void>;
}

/**
 * A user without orders, who gets the best sellers: no visitor of a test shares what is then
 * cached.
 */
const USER_TO_WARM_UP = "8";

/** Starts the services and the BFFs. The web BFF is one of them, and has answered a first page. */
export async function startSystem(bffs: readonly RoleName[] = ["web-bff"]): Promise<System> {
  await using begun = new AsyncDisposableStack();
  const running = begun.use(await startRunning({ roles: [...SERVICES, ...bffs] }));
  const { stack, databases, services } = running;
  const all = Object.values(services);
  const behave = async () => void (await Promise.all(all.map((service) => service.behave())));
  const web = begun.use(
    new WebClient(
      () => stack.url("web-bff"),
      (user) => stack.identity(user, "web-bff"),
    ),
  );
  await warmUp(web);
  let newVisitor = newVisitors(databases);
  async function restartWeb(): Promise<void> {
    await behave();
    await stack.restart("web-bff");
    for (const service of all) service.hasMisbehaved = false;
    newVisitor = newVisitors(databases);
    await warmUp(web);
  }
  const cleanUp = begun.move();
  return {
    ...running,
    web,
    behave,
    newVisitor: () => newVisitor(),
    restartWeb,
    async recoverWeb() {
      if (all.some(({ hasMisbehaved }) => hasMisbehaved)) await restartWeb();
    },
    misbehave: async (switches) =>
      void (await Promise.all(all.map((service) => service.misbehave(switches)))),
    forgetCalls: async () => void (await Promise.all(all.map((service) => service.forget()))),
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

/**
 * A process that has just started has to connect and to compile: its first pages may miss a
 * deadline.
 */
async function warmUp(web: WebClient): Promise<void> {
  await until("a first whole page", async () => {
    const { text } = await web.ask("/web/home-page", { user: USER_TO_WARM_UP });
    return text.endsWith('"degraded":[]}') ? true : undefined;
  });
}
