import { createClient } from "@redis/client";
import type { Logger } from "@triptych/service-kit";

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 500;
/** Commands that may be under way; more are refused. A stuck Redis must not gather ours in this process's memory. */
const MAX_UNDER_WAY = 1_000;

export type Redis = ReturnType<typeof connectRedis>;

/**
 * A connection that connects in the background, again whenever it is lost. Commands fail at once while there is
 * none: nothing queues for a Redis that is gone.
 *
 * @param purpose stands in the log
 */
export function connectRedis(url: string, purpose: string, logger: Logger) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_UNDER_WAY,
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
  });
  let gone = false;
  // One line when it is lost and one when it is back, not one for each attempt.
  client.on("error", (error: unknown) => {
    if (!gone) logger.warn({ purpose, err: error }, "redis is gone");
    gone = true;
  });
  client.on("ready", () => {
    if (gone) logger.info({ purpose }, "redis is back");
    gone = false;
  });
  // It goes on trying until it is destroyed, which rejects this.
  client.connect().catch(() => undefined);
  return client;
}
