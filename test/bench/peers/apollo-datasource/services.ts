/** The four services as data sources, one class each: the form of datasource-rest's README. */
import { RESTDataSource } from "@apollo/datasource-rest";
import type { AugmentedRequest } from "@apollo/datasource-rest";
import DataLoader from "dataloader";
import type { Product } from "@triptych/domain-clients/catalog";
import type { OrdersPage } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";
import type { Slots } from "../../pages/sources.ts";

/** Sends the user along. */
class ServiceAPI extends RESTDataSource {
  override baseURL: string;
  readonly #userId: string;

  constructor(origin: string, userId: string) {
    super();
    this.baseURL = origin;
    this.#userId = userId;
  }

  override willSendRequest(_path: string, request: AugmentedRequest): void {
    request.headers["x-user-id"] = this.#userId;
  }
}

export class UsersAPI extends ServiceAPI {
  me(): Promise<User> {
    return this.get("/users/me");
  }
}

export class OrdersAPI extends ServiceAPI {
  list(limit: number): Promise<OrdersPage> {
    return this.get("/orders", { params: { limit: String(limit) } });
  }
}

export class RecommendationsAPI extends ServiceAPI {
  list(limit: number): Promise<Slots> {
    return this.get("/recs/v2", { params: { limit: String(limit) } });
  }
}

/** Its README: "Using the data source with DataLoader" where an endpoint takes many ids. */
export class CatalogAPI extends ServiceAPI {
  readonly #products = new DataLoader<string, Product | null>(async (ids) => {
    const found = await this.get<{ products: Product[] }>(`/products?ids=${ids.join(",")}`);
    const byId = new Map(found.products.map((product) => [product.id, product]));
    return ids.map((id) => byId.get(id) ?? null);
  });

  product(id: string): Promise<Product | null> {
    return this.#products.load(id);
  }
}
