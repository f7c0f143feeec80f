import { defineBff, screens } from "@triptych/bff";
import { cancelOrder } from "./screens/cancel-order.ts";
import { home } from "./screens/home.ts";
import { order } from "./screens/order.ts";
import { product } from "./screens/product.ts";
import { UPSTREAMS } from "./upstreams.ts";

/** The backend of the mobile apps: what differs from every other BFF. */
export const bff = defineBff({
  name: "mobile-bff",
  prefix: "/mobile",
  port: 8102,
  upstreams: UPSTREAMS,
  answers: screens({
    title: "Mobile BFF",
    // sample:begin
    // Older apps are told to update (426). To give up a version, raise `oldest`, then delete what
    // is dated until it, and its contract in `contracts/released`.
    versions: { newest: "3.0.0", oldest: "2.0.0" },
    examples: new URL("../contracts/examples.json", import.meta.url),
    // sample:else
    // versions: { newest: "1.0.0" },
    // sample:end
    screens: [home, order, product],
    commands: [cancelOrder],
  }),
});
