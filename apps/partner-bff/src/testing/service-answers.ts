import type { Answer, Call, ServiceName } from "./fake-services.ts";
import { product, user } from "./sample-data.ts";
import type { Data } from "./sample-data.ts";

const NOT_FOUND: Answer = {
  status: 404,
  body: {
    type: "about:blank",
    title: "Not found",
    status: 404,
    detail: "order of user 43 at http://10.0.0.1",
  },
  contentType: "application/problem+json",
};

/** What a well-behaved service answers. */
export function answerAsService(call: Call, data: Data): Answer {
  return ANSWERS[call.service](call, data);
}

const ANSWERS: Readonly<Record<ServiceName, (call: Call, data: Data) => Answer>> = {
  users: (call) => ({ body: user(userOf(call)) }),
  orders: answerAsOrders,
  recommendations: answerAsRecommendations,
  catalog: (call) => ({
    body: {
      products: idsOf(call)
        .filter((id) => id.startsWith("p-"))
        .map(product),
    },
  }),
};

/** The ids of a `GET /products?ids=`. */
export function idsOf({ url }: Call): readonly string[] {
  return (url.searchParams.get("ids") ?? "").split(",");
}

/** A cursor is the place of the first order behind it. */
function answerAsOrders(call: Call, data: Data): Answer {
  const own = data.orders.filter(({ userId }) => userId === userOf(call));
  const [, , id, action] = call.url.pathname.split("/");
  if (id === undefined) {
    const start = Number(call.url.searchParams.get("cursor") ?? 0);
    const end = start + Number(call.url.searchParams.get("limit") ?? 20);
    return { body: { orders: own.slice(start, end), nextCursor: end < own.length ? String(end) : null } };
  }
  const found = own.find((order) => order.id === id);
  if (found === undefined) return NOT_FOUND;
  return { body: action === "cancel" ? { ...found, status: "cancelled" } : found };
}

function answerAsRecommendations(call: Call, data: Data): Answer {
  const limit = Number(call.url.searchParams.get("limit") ?? 20);
  const slots = data.recommended.slice(0, limit).map((id, index) => ({
    rank: index + 1,
    product: { id },
    because: { kind: "bought_together" },
    features: { secret: 1 },
  }));
  return { body: { slots, model: {} } };
}

function userOf(call: Call): string {
  return String(call.headers["x-user-id"]);
}
