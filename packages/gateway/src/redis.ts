import { createClient } from "@redis/client";
import type { Logger } from "@triptych/service-kit";

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 500;
/**
 * Commands in flight; more are refused, so that a stuck Redis cannot fill this process's memory.
 */
const MAX_UNDER_WAY = 1_000;

/** A connection made by `connectRedis`. */
export type Redis = ReturnType<typeof connectRedis>;

/**
 * Opens a connection in the background and reopens it whenever it is lost. While there is none,
 * commands fail at once: nothing queues for a Redis that is gone.
 *
 * @param purpose what the connection is for, for the log
 */
export function connectRedis(url: string, purpose: string, logger: Logger) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_UNDER_WAY,
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
  });
  let gone = false;
  // One log line when it is lost and one when it is back, not one per attempt.
  client.on("error", (error: unknown) => {
    if (!gone) logger.warn({ purpose, err: error }, "redis is gone");
    gone = true;
  });
  client.on("ready", () => {
    if (gone) logger.info({ purpose }, "redis is back");
    gone = false;
  });
  // The client retries until it is destroyed, which rejects this promise.
  client.connect().catch(() => undefined);
  return client;
}
