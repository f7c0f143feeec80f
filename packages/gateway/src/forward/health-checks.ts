import type { Clock, Logger } from "@triptych/service-kit";
import { Agent } from "undici";
import { failureOf } from "./failure.ts";
import { CONNECT_TIMEOUT_MS } from "./instances.ts";
import type { Instance, Instances } from "./instances.ts";

/**
 * Milliseconds from the end of one check to the next: as often as the proxy checks the gateways.
 */
const INTERVAL_MS = 500;
/** Milliseconds until the check is repeated after a failed connection, as the proxy does. */
const URGENT_INTERVAL_MS = 200;
/**
 * Milliseconds. A busy process answers late but is not gone, so this only keeps checks from piling
 * up.
 */
const ANSWER_TIMEOUT_MS = 5_000;
/** The distance from a BFF's public port to its admin port (`ADMIN_PORT`). */
const ADMIN_OFFSET = 1_000;

/**
 * Polls `/readyz` on each instance's admin port, as the proxy does with the gateways. A draining
 * instance gets no new requests, and no request waits for a vanished host until its deadline. Only
 * failed connections mean that an instance is gone: the kernel accepts connections, so a busy
 * process is not mistaken for a dead one.
 *
 * @returns a function that ends the checks
 */
export function checkHealth(
  target: string,
  { all, lookup }: Instances,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): () => Promise<void> {
  const agent = new Agent({
    pipelining: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  const pending = new Map<Instance, () => void>();
  let closed = false;

  async function check(instance: Instance): Promise<void> {
    const before = instance.health;
    const found = await ask(agent, adminOrigin(instance.origin));
    if (closed) return;
    const isUrgent = instance.recordCheck(found);
    const { health, origin } = instance;
    if (health !== before) {
      logger[health === "ready" ? "info" : "warn"]({ target, instance: origin, health }, "instance's health");
    }
    pending.set(
      instance,
      clock.setTimer(isUrgent ? URGENT_INTERVAL_MS : INTERVAL_MS, () => void check(instance), "unref"),
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
    return failureOf(error) === "not-reached" ? "gone" : undefined;
  }
}

function adminOrigin(origin: string): string {
  const { hostname, port, protocol } = new URL(origin);
  const usual = protocol === "https:" ? 443 : 80;
  return `http://${hostname}:${(port === "" ? usual : Number(port)) + ADMIN_OFFSET}`;
}
