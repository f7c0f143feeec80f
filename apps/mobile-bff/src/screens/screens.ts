import { cancelOrder } from "./cancel-order.ts";
import { home } from "./home.ts";
import { order } from "./order.ts";
import { product } from "./product.ts";

/** Everything that this BFF answers, below `/mobile`. */
export const SCREENS = { screens: [home, order, product], commands: [cancelOrder] };

/**
 * The oldest app that is answered: older ones are told to update (426). To give up a version, raise this, then delete what is
 * dated until it, and its contract in `contracts/released`.
 */
export const OLDEST_APP_VERSION = "2.0.0";

/** The first app that knows all shapes as they are now. */
export const NEWEST_APP_VERSION = "3.0.0";
