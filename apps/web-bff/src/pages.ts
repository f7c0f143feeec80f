import { withPage } from "@triptych/screen";
import { homePage } from "./screens/home-page.ts";
import { orderPage } from "./screens/order-page.ts";
import { ordersPage } from "./screens/orders-page.ts";
import { productPage } from "./screens/product-page.ts";
import { homePageView } from "./views/home-page.ts";
import { orderPageView } from "./views/order-page.ts";
import { ordersPageView } from "./views/orders-page.ts";
import { productPageView } from "./views/product-page.ts";

/** The web client's screens, each with the page that shows it. */
export const PAGES = [
  withPage(homePage, homePageView),
  withPage(orderPage, orderPageView),
  withPage(ordersPage, ordersPageView),
  withPage(productPage, productPageView),
];
