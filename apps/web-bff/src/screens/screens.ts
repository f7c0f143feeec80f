import { cancelOrder } from "./cancel-order.ts";
import { homePage } from "./home-page.ts";
import { orderPage } from "./order-page.ts";
import { productPage } from "./product-page.ts";

/** Everything that this BFF answers, below `/web`. */
export const SCREENS = { screens: [homePage, orderPage, productPage], commands: [cancelOrder] };
