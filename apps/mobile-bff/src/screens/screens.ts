import { cancelOrder } from "./cancel-order.ts";
import { home } from "./home.ts";
import { order } from "./order.ts";
import { product } from "./product.ts";

/** Everything that this BFF answers, below `/mobile`. */
export const SCREENS = { screens: [home, order, product], commands: [cancelOrder] };

/**
 * Older apps are told to update (426). To give up a version: raise this, then delete what is dated until it, and its contract in
 * `contracts/released`.
 */
export const OLDEST_APP_VERSION = "2.0.0";
