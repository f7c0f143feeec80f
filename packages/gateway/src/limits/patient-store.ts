import type { Clock } from "@triptych/service-kit";
import type { Redis } from "../redis/connect.ts";

/** How long one count may take, in milliseconds. It is on the way of every request. */
const ANSWER_MS = 50;
/** After a count that was not answered in time Redis is left alone for so long, so that a stuck one costs little. */
const REST_MS = 1_000;

/**
 * The part of a Redis client that the limiter needs, which never keeps a request waiting: a connection can be open
 * and yet answer nothing.
 */
export function patientStore(redis: Pick<Redis, "isReady" | "eval">, clock: Clock) {
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    get isReady(): boolean {
      return redis.isReady && clock.now() >= restUntil;
    },
    eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
      return new Promise((resolve, reject) => {
        const cancel = clock.setTimer(
          ANSWER_MS,
          () => {
            restUntil = clock.now() + REST_MS;
            reject(new Error(`Redis did not answer within ${ANSWER_MS} ms`));
          },
          "unref",
        );
        redis.eval(script, options).then(resolve, reject).finally(cancel);
      });
    },
  };
}
