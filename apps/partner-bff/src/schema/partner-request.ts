import type { Catalog, Product } from "@triptych/domain-clients/catalog";
import { errorOf, problemOf } from "@triptych/screen";
import type { AddressRule } from "@triptych/screen/address";
import { CallScope, UpstreamError } from "@triptych/upstream-client";
import type { RequestContext, StaleUse } from "@triptych/upstream-client";
import DataLoader from "dataloader";
import { GraphQLError, OperationTypeNode } from "graphql";
import type { GraphQLResolveInfo } from "graphql";
import type { Clients } from "../upstreams.ts";
import { Degradation, pathOf, placeOf } from "./degradation.ts";

/** The most ids that the catalog takes in one call. A chunk that fails leaves the others alone. */
const IDS_PER_CALL = 100;

/**
 * What a resolver may call. Products are asked for one by one: those of one tick go in one call.
 */
export type Services = Pick<Clients, "users" | "orders" | "recommendations"> & {
  /** The product, or null where the catalog does not have it. */
  readonly product: (productId: string) => Promise<Product | null>;
};

/** `stale` where the catalog failed and an older answer was used. */
type FoundProduct = { readonly product: Product | null; readonly stale: StaleUse | undefined };

/** One client request, as its resolvers see it: the user, the services, and what failed so far. */
export class PartnerRequest {
  readonly userId: string;
  /** Whether clients may get `http:` addresses of services. */
  readonly allowHttp: boolean;
  readonly degradation = new Degradation();
  readonly #context: RequestContext;
  readonly #clients: (scope: CallScope) => Clients;
  readonly #products: DataLoader<string, FoundProduct>;

  constructor(context: RequestContext, clients: (scope: CallScope) => Clients, rule: AddressRule) {
    this.allowHttp = rule.allowHttp;
    const { userId } = context.caller;
    if (userId === undefined) throw new TypeError("a visitor came through: every partner has a login");
    this.userId = userId;
    this.#context = context;
    this.#clients = clients;
    this.#products = productLoader(context, (scope) => clients(scope).catalog);
  }

  /** The calls made to the services so far, for the log. */
  get traffic(): Pick<RequestContext, "upstreamCalls" | "attempts" | "traced"> {
    return this.#context;
  }

  /**
   * Fills a field from a service, under the request's deadline.
   *
   * @throws GraphQLError with the problem's code and detail where the service fails; the field is
   * then listed as degraded
   */
  async use<Result>(
    info: GraphQLResolveInfo,
    fill: (services: Services) => Promise<Result>,
  ): Promise<Result> {
    const place = placeOf(info);
    const scope = new CallScope(this.#context, undefined, place.field);
    try {
      const result = await fill(this.#services(scope));
      if (scope.stale !== undefined) this.degradation.stale(place, scope.stale);
      if (scope.leftOut !== undefined) this.degradation.failed(place, scope.leftOut);
      return result;
    } catch (thrown) {
      const error = errorOf(thrown);
      const { code, detail, upstream } = problemOf(place.path, error);
      // A mutation that its service refused was answered: nothing is degraded.
      const decided =
        info.operation.operation === OperationTypeNode.MUTATION &&
        (code === "not-found" || code === "conflict");
      if (!decided) this.degradation.failed(place, error);
      throw new GraphQLError(detail, {
        extensions: { code, upstream },
        originalError: error,
      });
    } finally {
      scope.dispose();
    }
  }

  /** A field lacks items of a service's answer. @param reason why, for the log */
  leftOut(info: GraphQLResolveInfo, upstream: string, reason: string): void {
    const error = new UpstreamError({ kind: "invalid", upstream, operation: info.fieldName, reason });
    this.degradation.failed(placeOf(info), error);
  }

  /**
   * A field failed outside `use`: by a bug of ours, or a service's value that its type cannot hold.
   */
  broke(error: GraphQLError): void {
    const place = { path: pathOf(error.path ?? []), field: "unknown" };
    const reason = "a value that the field's type cannot represent";
    this.degradation.failed(
      place,
      isUnrepresentable(error)
        ? new UpstreamError({ kind: "invalid", upstream: "a service", operation: place.path, reason })
        : (error.originalError ?? error),
    );
  }

  #services(scope: CallScope): Services {
    const { users, orders, recommendations } = this.#clients(scope);
    const product = async (productId: string) => {
      const found = await this.#products.load(productId);
      if (found.stale !== undefined) scope.usedStale(found.stale);
      return found.product;
    };
    return { users, orders, recommendations, product };
  }
}

/**
 * Whether a type of the schema refused a value that a service may give: an `Int` over 32 bits. In
 * GraphQL.js, all types that refuse a value use these words.
 */
export function isUnrepresentable(error: unknown): boolean {
  if (!(error instanceof GraphQLError)) return false;
  const { originalError } = error;
  return originalError instanceof GraphQLError && originalError.message.includes(" cannot represent ");
}

/** What resolvers get. Apollo Server copies this object, so the request is a member of it. */
export interface GraphqlContext {
  readonly request: PartnerRequest;
}

/**
 * A resolver for a field that a service fills: `load` calls the service, `pick` takes from its
 * answer what the field shows. Where either fails, the field is null, `errors` says why, and
 * `extensions.degraded` lists the field.
 */
export function served<Loaded, Result, Args = unknown, Parent = unknown>(
  load: (services: Services, args: Args, parent: Parent) => Promise<Loaded>,
  pick: (loaded: Loaded, request: PartnerRequest, info: GraphQLResolveInfo) => Result,
) {
  return (
    parent: Parent,
    args: Args,
    { request }: GraphqlContext,
    info: GraphQLResolveInfo,
  ): Promise<Result> =>
    request.use(info, async (services) => pick(await load(services, args, parent), request, info));
}

/** All ids of one tick in one `GET /products?ids=`, each id once. */
function productLoader(
  request: RequestContext,
  catalogIn: (scope: CallScope) => Catalog,
): DataLoader<string, FoundProduct> {
  return new DataLoader(
    async (ids): Promise<(FoundProduct | Error)[]> => {
      const scope = new CallScope(request, undefined, "products");
      const products = await catalogIn(scope).products(ids);
      const byId = new Map(products.map((product) => [product.id, product]));
      return ids.map((id) => {
        const product = byId.get(id);
        // The missing one may be one that was left out, so it must not pass for unknown.
        if (product === undefined && scope.leftOut !== undefined) return scope.leftOut;
        return { product: product ?? null, stale: scope.stale };
      });
    },
    { maxBatchSize: IDS_PER_CALL },
  );
}
