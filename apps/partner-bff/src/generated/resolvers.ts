// Generated from contracts/schema.graphql: do not edit. To regenerate: npm run generate -w @triptych/partner-bff
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ViewerParent, RecommendationParent, OrderParent, OrderLineParent, ProductParent, MoneyParent, OrderStatusParent, LoyaltyTierParent, RecommendationReasonParent } from '../schema/types.ts';
import type { GraphqlContext } from '../schema/partner-request.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
export type EnumResolverSignature<T, AllowedValues = any> = { [key in keyof T]?: AllowedValues };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A whole number up to 2^53 - 1, as a JSON number. */
  SafeInt: { input: number; output: number; }
  /** An RFC 3339 date and time in UTC. Which day to show for it: see `Viewer.timeZone`. */
  DateTime: { input: string; output: string; }
};

/** What a partner's program may ask on behalf of one user. A field that its service could not fill is null: see `extensions.degraded`. */
export type Query = {
  readonly __typename?: 'Query';
  /** The user whom the request's identity names. */
  readonly viewer: Viewer;
  /** One of the user's orders; null where the user has no such order. */
  readonly order: Maybe<Order>;
  /** Null where the catalog has no such product. */
  readonly product: Maybe<Product>;
};


/** What a partner's program may ask on behalf of one user. A field that its service could not fill is null: see `extensions.degraded`. */
export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


/** What a partner's program may ask on behalf of one user. A field that its service could not fill is null: see `extensions.degraded`. */
export type QueryProductArgs = {
  id: Scalars['ID']['input'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Cancels an order that has not shipped. The same `idempotencyKey` (8 to 128 visible ASCII characters) again cancels nothing twice
   * and answers the same.
   */
  readonly cancelOrder: Maybe<Order>;
};


export type MutationCancelOrderArgs = {
  id: Scalars['ID']['input'];
  reason: CancelReason;
  idempotencyKey: Scalars['String']['input'];
};

export type Viewer = {
  readonly __typename?: 'Viewer';
  readonly id: Scalars['ID']['output'];
  readonly name: Maybe<Scalars['String']['output']>;
  readonly loyaltyTier: Maybe<LoyaltyTier>;
  /** An IANA name. Show an instant on the day of this time zone, as all clients do; where it is null, in UTC. */
  readonly timeZone: Maybe<Scalars['String']['output']>;
  /** Newest first. `first` is 1 to 50. */
  readonly orders: Maybe<OrderConnection>;
  /** Best first. `first` is 1 to 50. */
  readonly recommendations: Maybe<ReadonlyArray<Recommendation>>;
};


export type ViewerOrdersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};


export type ViewerRecommendationsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type OrderConnection = {
  readonly __typename?: 'OrderConnection';
  /** An order with a number that the selected fields cannot represent is left out; `extensions.degraded` then lists the connection as `invalid`. */
  readonly edges: ReadonlyArray<OrderEdge>;
  readonly pageInfo: PageInfo;
};

export type OrderEdge = {
  readonly __typename?: 'OrderEdge';
  /** Where a page after this order starts; opaque. */
  readonly cursor: Scalars['String']['output'];
  readonly node: Order;
};

export type PageInfo = {
  readonly __typename?: 'PageInfo';
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Where the next page starts, even where the last orders of this one are left out; null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
};

export type Order = {
  readonly __typename?: 'Order';
  readonly id: Scalars['ID']['output'];
  readonly number: Scalars['String']['output'];
  readonly status: OrderStatus;
  readonly placedAt: Scalars['DateTime']['output'];
  readonly total: Money;
  readonly lines: ReadonlyArray<OrderLine>;
};

export type OrderLine = {
  readonly __typename?: 'OrderLine';
  /** As it was when the order was placed. */
  readonly title: Scalars['String']['output'];
  readonly quantity: Scalars['Int']['output'];
  readonly unitPrice: Money;
  /** As the catalog has it now; null where it has it no more. */
  readonly product: Maybe<Product>;
};

export type Recommendation = {
  readonly __typename?: 'Recommendation';
  readonly because: RecommendationReason;
  /** Null where the catalog does not have it. */
  readonly product: Maybe<Product>;
};

export type Product = {
  readonly __typename?: 'Product';
  readonly id: Scalars['ID']['output'];
  readonly title: Scalars['String']['output'];
  readonly brand: Scalars['String']['output'];
  readonly price: Money;
  /** The smallest image at least 480 px wide, else the widest; `/media/placeholder.svg` of the shop where there is none. */
  readonly imageUrl: Scalars['String']['output'];
  /** The average, 0 to 5. */
  readonly rating: Scalars['Float']['output'];
  readonly inStock: Scalars['Boolean']['output'];
};

export type Money = {
  readonly __typename?: 'Money';
  /** In minor units of the currency: cents, or whole yen. `Int` ends at 2,147,483,647: for larger amounts ask for `amountMinor`. */
  readonly amount: Scalars['Int']['output'];
  /** The same number, for every amount. */
  readonly amountMinor: Scalars['SafeInt']['output'];
  /** ISO 4217. */
  readonly currency: Scalars['String']['output'];
};

/** `UNKNOWN` stands for a value that a service has and this schema does not list yet; so it does in every enum here. */
export type OrderStatus =
  | 'PLACED'
  | 'PAID'
  | 'PACKED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'CANCELLED'
  | 'RETURNED'
  | 'UNKNOWN';

export type LoyaltyTier =
  | 'NONE'
  | 'BRONZE'
  | 'SILVER'
  | 'GOLD'
  | 'UNKNOWN';

export type RecommendationReason =
  | 'BOUGHT_TOGETHER'
  | 'VIEWED'
  | 'POPULAR'
  | 'SIMILAR_USERS'
  | 'UNKNOWN';

export type CancelReason =
  | 'CHANGED_MIND'
  | 'FOUND_CHEAPER'
  | 'TOO_SLOW'
  | 'OTHER';



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Viewer: ResolverTypeWrapper<ViewerParent>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  OrderConnection: ResolverTypeWrapper<Omit<OrderConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['OrderEdge']> }>;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Order: ResolverTypeWrapper<OrderParent>;
  OrderLine: ResolverTypeWrapper<OrderLineParent>;
  Recommendation: ResolverTypeWrapper<RecommendationParent>;
  Product: ResolverTypeWrapper<ProductParent>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Money: ResolverTypeWrapper<MoneyParent>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  OrderStatus: ResolverTypeWrapper<OrderStatusParent>;
  LoyaltyTier: ResolverTypeWrapper<LoyaltyTierParent>;
  RecommendationReason: ResolverTypeWrapper<RecommendationReasonParent>;
  CancelReason: CancelReason;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  Viewer: ViewerParent;
  Int: Scalars['Int']['output'];
  OrderConnection: Omit<OrderConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['OrderEdge']> };
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Order: OrderParent;
  OrderLine: OrderLineParent;
  Recommendation: RecommendationParent;
  Product: ProductParent;
  Float: Scalars['Float']['output'];
  Money: MoneyParent;
  SafeInt: Scalars['SafeInt']['output'];
  DateTime: Scalars['DateTime']['output'];
};

export type QueryResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductArgs, 'id'>>;
};

export type MutationResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelOrder?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<MutationCancelOrderArgs, 'id' | 'reason' | 'idempotencyKey'>>;
};

export type ViewerResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  loyaltyTier?: Resolver<Maybe<ResolversTypes['LoyaltyTier']>, ParentType, ContextType>;
  timeZone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, RequireFields<ViewerOrdersArgs, 'first'>>;
  recommendations?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Recommendation']>>, ParentType, ContextType, RequireFields<ViewerRecommendationsArgs, 'first'>>;
};

export type OrderConnectionResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OrderResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['OrderLine']>, ParentType, ContextType>;
};

export type OrderLineResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['OrderLine'] = ResolversParentTypes['OrderLine']> = {
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
};

export type RecommendationResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['Recommendation'] = ResolversParentTypes['Recommendation']> = {
  because?: Resolver<ResolversTypes['RecommendationReason'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  brand?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  imageUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rating?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = GraphqlContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  amountMinor?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type OrderStatusResolvers = EnumResolverSignature<{ PLACED?: any, PAID?: any, PACKED?: any, SHIPPED?: any, DELIVERED?: any, CANCELLED?: any, RETURNED?: any, UNKNOWN?: any }, ResolversTypes['OrderStatus']>;

export type LoyaltyTierResolvers = EnumResolverSignature<{ NONE?: any, BRONZE?: any, SILVER?: any, GOLD?: any, UNKNOWN?: any }, ResolversTypes['LoyaltyTier']>;

export type RecommendationReasonResolvers = EnumResolverSignature<{ BOUGHT_TOGETHER?: any, VIEWED?: any, POPULAR?: any, SIMILAR_USERS?: any, UNKNOWN?: any }, ResolversTypes['RecommendationReason']>;

export type Resolvers<ContextType = GraphqlContext> = {
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderLine?: OrderLineResolvers<ContextType>;
  Recommendation?: RecommendationResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  SafeInt?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  OrderStatus?: OrderStatusResolvers;
  LoyaltyTier?: LoyaltyTierResolvers;
  RecommendationReason?: RecommendationReasonResolvers;
};
