import { defineBff, screens } from "@triptych/bff";
import { withPage } from "@triptych/screen";
import { wantsDocumentOrder } from "./document-order.ts";
import { cancelOrder } from "./screens/cancel-order.ts";
import { homePage } from "./screens/home-page.ts";
import { orderPage } from "./screens/order-page.ts";
import { productPage } from "./screens/product-page.ts";
import { UPSTREAMS } from "./upstreams.ts";
import { homePageView } from "./views/home-page.ts";
import { orderPageView } from "./views/order-page.ts";
import { productPageView } from "./views/product-page.ts";
import { EVERY_ANSWER, problemPage } from "./views/site.ts";

/** The backend of the web client: what differs from every other BFF. */
export const bff = defineBff({
  name: "web-bff",
  prefix: "/web",
  port: 8101,
  upstreams: UPSTREAMS,
  answers: screens({
    title: "Web BFF",
    // The web client ships with this BFF: there are no older ones.
    versions: { newest: "1.0.0" },
    examples: new URL("../contracts/examples.json", import.meta.url),
    screens: [
      withPage(homePage, homePageView),
      withPage(orderPage, orderPageView),
      withPage(productPage, productPageView),
    ],
    commands: [cancelOrder],
    inDocumentOrder: wantsDocumentOrder,
  }),
  headers: EVERY_ANSWER,
  problemPage,
});
