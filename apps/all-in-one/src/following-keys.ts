import type { RequestListener } from "node:http";
import type { IdentityKey } from "@triptych/identity";

type Ring = readonly IdentityKey[];

/**
 * An app that verifies with the ring that the gateway signs with: made anew when the ring has changed, so that a rotation
 * fails no request. A request that came before is answered by the app that it came to.
 *
 * @param ring the ring as it is now; another object where it may have changed
 */
export async function followingKeys(
  ring: () => Ring,
  build: (keys: Ring) => RequestListener | Promise<RequestListener>,
): Promise<RequestListener> {
  let keys = ring();
  let app = Promise.resolve(await build(keys));
  return function answer(req, res) {
    const now = ring();
    if (now !== keys) {
      if (!areSame(now, keys)) app = Promise.resolve(build(now));
      keys = now;
    }
    void app.then((current) => current(req, res));
  };
}

function areSame(one: Ring, other: Ring): boolean {
  return (
    one.length === other.length &&
    one.every(({ kid, secret }, index) => {
      const counterpart = other[index];
      return (
        counterpart !== undefined &&
        kid === counterpart.kid &&
        Buffer.compare(secret, counterpart.secret) === 0
      );
    })
  );
}
