import { Type } from "typebox";
import { optional, required, screen } from "../upstreams.ts";
import { avatarImage } from "./images.ts";
import { Picks, toPicks } from "./picks.ts";
import { picksBefore3 } from "./price-before-3.ts";
import { readerOf } from "./reader.ts";
import { OrderStatus } from "./schemas.ts";

/** How many fit on a phone before it scrolls. */
const ORDERS = 2;
const PICKS = 4;

/**
 * Asked for in addition: a recommended product may be gone from the catalog, and the screen should
 * still show four. A second call for the missing ones would cost another round trip.
 */
const SPARE_PICKS = 3;

const Profile = Type.Object({
  name: Type.String({ description: "The given name" }),
  avatar: Type.String({
    description:
      "The URL of a square image, 64 px or more by the device's density; `/media/placeholder.svg` where there is none",
  }),
});

const OrderSummaries = Type.Array(
  Type.Object({
    id: Type.String(),
    status: OrderStatus,
    title: Type.String({ description: "The first line's" }),
    items: Type.Integer({ description: "The sum of the lines' quantities" }),
  }),
);

/**
 * To add a field: name it in the section's schema and fill it in `shape`, then run
 * `npm run contracts -- --write mobile-bff`.
 */
export const home = screen({
  name: "home",
  path: "/home",
  summary: "What the app's first screen shows",
  // sample:begin
  budget: { deadlineMs: 800, upstreamCalls: 4, bytes: 2_000 },
  // sample:else
  // budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
  // sample:end
  sections: {
    profile: required({
      schema: Profile,
      load: ({ users }) => users.me(),
      shape: (user, input) => ({
        name: user.name.given,
        avatar: avatarImage(user.avatar, input),
      }),
    }),
    // sample:begin
    orders: optional({
      schema: OrderSummaries,
      fallback: [],
      load: ({ orders }) => orders.list({ limit: ORDERS }),
      shape: (page) =>
        page.orders.slice(0, ORDERS).map(({ id, status, lines }) => ({
          id,
          status,
          title: lines[0]?.title ?? "",
          items: lines.reduce((sum, line) => sum + line.quantity, 0),
        })),
    }),
    picks: optional({
      schema: Picks,
      fallback: [],
      deadlineMs: 400,
      load: async ({ recommendations, catalog }, _input, tryLoad) => {
        const products = async () => {
          const slots = await recommendations.list({ limit: PICKS + SPARE_PICKS });
          const known = await catalog.products(slots.map((slot) => slot.productId));
          return known.slice(0, PICKS);
        };
        const [found, reader] = await Promise.all([products(), readerOf(tryLoad)]);
        return { products: found, reader };
      },
      shape: toPicks,
      changes: picksBefore3,
    }),
    // sample:end
  },
});
