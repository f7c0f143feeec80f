import { Type } from "typebox";
import { avatarImages } from "@triptych/domain-clients/users";
import { imageAddress } from "@triptych/screen/address";
import { dayIn } from "@triptych/screen/format";
import { optional, required, screen } from "../upstreams.ts";
import { toOrderCard, toRecommendationCards } from "./cards.ts";
import { OrderCard, RecommendationCard } from "./schemas.ts";
import { timeZoneOf } from "./time-zone.ts";

const Profile = Type.Object({
  name: Type.String(),
  avatarUrl: Type.String({ description: "256 px; `/media/placeholder.svg` where there is none" }),
  memberSince: Type.String({
    description: "A date: the day in the user's time zone, where the users service knows one, else in UTC",
  }),
  loyaltyTier: Type.Union([
    Type.Literal("none"),
    Type.Literal("bronze"),
    Type.Literal("silver"),
    Type.Literal("gold"),
    Type.Literal("unknown"),
  ]),
  loyaltyPoints: Type.Integer(),
});

/** Pixels: it is shown 96 CSS pixels wide, on screens of up to twice that density. */
const AVATAR_WIDTH = 256;

/** As many as fit in one row on a desktop. */
const RECENT_ORDERS = 3;

/** Nearly the screen's own deadline: the profile waits for the same call. */
const TIME_ZONE_MS = 700;

/**
 * To add a field: name it in the section's schema, fill it in `shape`, and show it in
 * `views/home-page.ts`.
 */
export const homePage = screen({
  name: "home-page",
  path: "/home-page",
  summary: "What the desktop home page shows",
  // sample:begin
  budget: { deadlineMs: 800, upstreamCalls: 4, bytes: 24_000 },
  // sample:else
  // budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 1_000 },
  // sample:end
  sections: {
    profile: required({
      schema: Profile,
      load: ({ users }) => users.me(),
      shape: (user, input) => ({
        name: user.name.display,
        avatarUrl: imageAddress(avatarImages(user.avatar), AVATAR_WIDTH, input),
        memberSince: dayIn(user.timeZone, user.createdAt),
        loyaltyTier: user.loyalty.tier,
        loyaltyPoints: user.loyalty.points,
      }),
    }),
    // sample:begin
    recentOrders: optional({
      schema: Type.Array(OrderCard),
      fallback: [],
      load: async ({ orders }, _input, tryLoad) => {
        const listed = orders.list({ limit: RECENT_ORDERS });
        const [page, timeZone] = await Promise.all([listed, timeZoneOf(tryLoad, TIME_ZONE_MS)]);
        return { orders: page.orders.slice(0, RECENT_ORDERS), timeZone };
      },
      shape: ({ orders, timeZone }) => orders.map((order) => toOrderCard(order, timeZone)),
    }),
    recommendations: optional({
      schema: Type.Array(RecommendationCard),
      fallback: [],
      deadlineMs: 400,
      load: async ({ recommendations, catalog }) => {
        const slots = await recommendations.list({ limit: 8 });
        return { slots, products: await catalog.products(slots.map((slot) => slot.productId)) };
      },
      shape: toRecommendationCards,
    }),
    // sample:end
  },
});
