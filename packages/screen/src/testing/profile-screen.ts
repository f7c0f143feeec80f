import { Type } from "typebox";
import { defineScreens } from "../definition/screen.ts";
import type { FakeClients } from "./fake-upstreams.ts";

const { screen, required, optional } = defineScreens<FakeClients>();

/** A screen of two sections: `profile` is required, `orders` is optional. */
export const profileScreen = screen({
  name: "profile-screen",
  path: "/profile",
  summary: "For tests",
  budget: { deadlineMs: 800, upstreamCalls: 2, bytes: 1_000 },
  sections: {
    profile: required({
      schema: Type.Object({ name: Type.String() }),
      load: ({ profile }) => profile(),
      // Fields that the schema does not name are left in on purpose: they must not be sent.
      shape: (user) => user,
    }),
    orders: optional({
      schema: Type.Array(Type.Object({ id: Type.String() })),
      fallback: [],
      deadlineMs: 400,
      load: ({ orders }) => orders(),
      shape: (orders) => orders,
    }),
  },
  page: {
    layout: (places, nonce) =>
      `<!doctype html><html><head><style nonce="${nonce}"></style></head><body><main>${places.profile}<ul>${places.orders}</ul></main></body></html>`,
    sections: {
      profile: ({ name }) => `<h1>${name}</h1>`,
      orders: (orders, degraded) =>
        degraded === undefined
          ? orders.map(({ id }) => `<li>${id}</li>`).join("")
          : `<li>${degraded.reason}</li>`,
    },
    waiting: (section) => `<i>${section} is coming</i>`,
    failed: ({ section, code }) => `<b>${section}: ${code}</b>`,
    headers: (nonce) => ({
      "Content-Security-Policy": `style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`,
    }),
  },
});
