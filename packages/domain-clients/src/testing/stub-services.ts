import { MisbehavingUpstream, jsonReply, problemReply } from "@triptych/testing";
import type { Received, Reply } from "@triptych/testing";
import { ordersOf } from "./fixtures/orders.ts";
import { productOf } from "./fixtures/products.ts";
import { flatList, rankedSlots } from "./fixtures/slots.ts";
import { userOf } from "./fixtures/users.ts";

/** All domain services, each a real HTTP server with the fixtures' data, which no call changes. */
export type StubServices = {
  readonly users: MisbehavingUpstream;
  readonly orders: MisbehavingUpstream;
  readonly recommendations: MisbehavingUpstream;
  readonly catalog: MisbehavingUpstream;
  /** Every call that any of them received. */
  readonly received: () => readonly Received[];
  readonly close: () => Promise<void>;
};

export async function startStubServices(): Promise<StubServices> {
  const [users, orders, recommendations, catalog] = await Promise.all([
    MisbehavingUpstream.open(answerUsers),
    MisbehavingUpstream.open(answerOrders),
    MisbehavingUpstream.open(answerRecommendations),
    MisbehavingUpstream.open(answerCatalog),
  ]);
  const all = [users, orders, recommendations, catalog];
  return {
    users,
    orders,
    recommendations,
    catalog,
    received: () => all.flatMap(({ received }) => received),
    close: async () => {
      await Promise.all(all.map((service) => service.close()));
    },
  };
}

function answerUsers(call: Received): Reply {
  const user = userOf(callerOf(call));
  return call.path === "/users/me" && user !== undefined ? jsonReply(user) : problemReply(404);
}

const CANCELLABLE: ReadonlySet<string> = new Set(["placed", "paid", "packed"]);

function answerOrders(call: Received): Reply {
  const own = ordersOf(callerOf(call));
  if (call.path === "/orders") {
    const limit = Number(call.query.get("limit") ?? 20);
    // A cursor is the id of the page's first order.
    const cursor = call.query.get("cursor");
    const start = cursor === null ? 0 : own.findIndex(({ id }) => id === cursor);
    if (start < 0) return problemReply(400);
    const [next] = own.slice(start + limit);
    return jsonReply({ orders: own.slice(start, start + limit), nextCursor: next?.id ?? null });
  }
  const [, root, id, action] = call.path.split("/");
  const order = own.find((one) => one.id === id);
  if (root !== "orders" || order === undefined) return problemReply(404);
  if (action === undefined) return jsonReply(order);
  if (call.method !== "POST" || action !== "cancel") return problemReply(404);
  return CANCELLABLE.has(order.status) ? jsonReply({ ...order, status: "cancelled" }) : problemReply(409);
}

function answerRecommendations(call: Received): Reply {
  const limit = Number(call.query.get("limit") ?? 20);
  if (call.path === "/recs/v2") return jsonReply(rankedSlots(callerOf(call), limit));
  return call.path === "/recommendations" ? jsonReply(flatList(callerOf(call), limit)) : problemReply(404);
}

function answerCatalog(call: Received): Reply {
  if (call.path === "/products") {
    const ids = call.query.get("ids")?.split(",") ?? [];
    return jsonReply({ products: ids.flatMap((id) => productOf(id) ?? []) });
  }
  const product = productOf(call.path.replace("/products/", ""));
  return product === undefined ? problemReply(404) : jsonReply(product);
}

function callerOf({ headers }: Received): string {
  const user = headers["x-user-id"];
  return typeof user === "string" ? user : "";
}
