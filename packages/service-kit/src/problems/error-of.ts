import { types } from "node:util";

/**
 * What was thrown, as an error that can be read. Code may throw anything, and looking into a Proxy,
 * or at a getter, runs its code, which may throw.
 */
export function errorOf(thrown: unknown): Error {
  if (types.isProxy(thrown)) return new TypeError("a Proxy was thrown, which is not an Error");
  try {
    if (!(thrown instanceof Error)) {
      return new TypeError("something was thrown that is not an Error", { cause: thrown });
    }
    const { name, message, stack = "", cause } = thrown;
    if ([name, message, stack].every((text) => typeof text === "string") && !types.isProxy(cause))
      return thrown;
  } catch {
    // Its own code threw.
  }
  return new TypeError("an error was thrown that cannot be read");
}
