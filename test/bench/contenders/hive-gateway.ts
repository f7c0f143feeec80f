import type { OrdersPage } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";
import type { Product } from "@triptych/domain-clients/catalog";
import { toAnswer, toCards } from "../pages/web-home-page.ts";
import type { App } from "../processes/apps.ts";
import { dataOf } from "./data-of.ts";

/** All that the web home page is made of, in the schema that the contracts make: the query that a client of such a gateway would write. */
const QUERY = `{
  getMe { name { display } avatar { medium } createdAt loyalty { tier points } }
  listOrders(limit: 3) {
    orders {
      id number placedAt status total { amount currency } lines { quantity title } shipment { estimatedDelivery }
    }
  }
  listRecommendations(limit: 8) {
    slots {
      because { kind }
      product { id details { id title brand images { url width } price { amount currency } rating { average } } }
    }
  }
}`;

export const HIVE_HOME: App = {
  name: "web-bff",
  method: "POST",
  path: "/graphql",
  body: JSON.stringify({ query: QUERY }),
};

type Data = {
  readonly getMe: User;
  readonly listOrders: OrdersPage;
  readonly listRecommendations: {
    readonly slots: readonly {
      readonly because: { readonly kind: string };
      readonly product: { readonly id: string; readonly details: Product | null };
    }[];
  };
};

/** The web home page of the gateway's answer. Shaping it is the client's work, which nobody measures. */
export function homePageOf(answer: unknown): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the page that it makes is compared with the project's
  const { getMe, listOrders, listRecommendations } = dataOf(answer) as Data;
  const { slots } = listRecommendations;
  const products = slots.flatMap(({ product: { details } }) => details ?? []);
  return toAnswer(getMe, listOrders, toCards(slots, { products }));
}
