import type { Clock, Logger } from "@triptych/service-kit";
import { Agent } from "undici";
import { failureOf } from "./failure.ts";
import type { Instance } from "./instance.ts";
import type { Instances } from "./instances.ts";

/** From the end of one check to the next, in milliseconds: as often as the proxy asks the gateways. */
const INTERVAL_MS = 500;
const CONNECT_TIMEOUT_MS = 500;
/** A process that is busy answers late and is there all the same, so this only keeps checks from piling up. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Where a BFF has its admin port, from its public one (`ADMIN_PORT`). */
const ADMIN_OFFSET = 1_000;

/**
 * Asks each instance's admin port for `/readyz`, as the proxy asks the gateways: one that drains gets nothing more, and of a
 * host that vanished nobody waits for an answer until the deadline. Only a connection that cannot be made says that an
 * instance is gone; it is the kernel that makes connections, so a process that is merely busy is not taken for dead.
 *
 * @returns ends the checks
 */
export function checkHealth(
  target: string,
  { all }: Instances,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): () => Promise<void> {
  const agent = new Agent({
    pipelining: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  const pending = new Map<Instance, () => void>();
  let closed = false;

  async function check(instance: Instance): Promise<void> {
    const before = instance.health;
    const found = await ask(agent, adminOrigin(instance.origin));
    if (closed) return;
    if (found !== undefined) instance.hear(found);
    const { health, origin } = instance;
    if (health !== before) {
      logger[health === "ready" ? "info" : "warn"]({ target, instance: origin, health }, "instance's health");
    }
    pending.set(
      instance,
      clock.setTimer(INTERVAL_MS, () => void check(instance), "unref"),
    );
  }

  for (const instance of all) void check(instance);
  return async () => {
    closed = true;
    for (const cancel of pending.values()) cancel();
    await agent.destroy();
  };
}

async function ask(agent: Agent, origin: string): Promise<"ready" | "draining" | "gone" | undefined> {
  try {
    const { statusCode, body } = await agent.request({ origin, path: "/readyz", method: "GET" });
    await body.dump();
    return statusCode === 200 ? "ready" : "draining";
  } catch (error) {
    return failureOf(error, undefined) === "not-reached" ? "gone" : undefined;
  }
}

function adminOrigin(origin: string): string {
  const { hostname, port, protocol } = new URL(origin);
  const usual = protocol === "https:" ? 443 : 80;
  return `http://${hostname}:${(port === "" ? usual : Number(port)) + ADMIN_OFFSET}`;
}
