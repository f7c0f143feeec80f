// Generated from contracts/operations: do not edit. To regenerate: npm run generate -w @triptych/partner-bff

import type { RegisteredDocument } from "../index.js";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

export type CancelOrderMutationVariables = Exact<{
  id: string;
  reason: CancelReason;
  idempotencyKey: string;
}>;


export type CancelOrderMutation = { cancelOrder: { id: string, status: OrderStatus } | null };

export type HomeQueryVariables = Exact<{
  orders?: number | null;
  recommendations?: number | null;
}>;


export type HomeQuery = { viewer: { id: string, name: string | null, loyaltyTier: LoyaltyTier | null, orders: { edges: Array<{ cursor: string, node: { id: string, number: string, status: OrderStatus, placedAt: string, total: { amount: number, currency: string }, lines: Array<{ title: string, quantity: number, product: { id: string, imageUrl: string } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, recommendations: Array<{ because: RecommendationReason, product: { id: string, title: string, brand: string, imageUrl: string, rating: number, inStock: boolean, price: { amount: number, currency: string } } | null }> | null } };

export type Home2QueryVariables = Exact<{
  orders?: number | null;
  recommendations?: number | null;
}>;


export type Home2Query = { viewer: { id: string, name: string | null, loyaltyTier: LoyaltyTier | null, orders: { edges: Array<{ cursor: string, node: { id: string, number: string, status: OrderStatus, placedAt: string, total: { amountMinor: number, currency: string }, lines: Array<{ title: string, quantity: number, product: { id: string, imageUrl: string } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null, recommendations: Array<{ because: RecommendationReason, product: { id: string, title: string, brand: string, imageUrl: string, rating: number, inStock: boolean, price: { amountMinor: number, currency: string } } | null }> | null } };

export type OrderQueryVariables = Exact<{
  id: string;
}>;


export type OrderQuery = { order: { id: string, number: string, status: OrderStatus, placedAt: string, total: { amount: number, currency: string }, lines: Array<{ title: string, quantity: number, unitPrice: { amount: number, currency: string }, product: { id: string, title: string, imageUrl: string, inStock: boolean } | null }> } | null };

export type Order2QueryVariables = Exact<{
  id: string;
}>;


export type Order2Query = { order: { id: string, number: string, status: OrderStatus, placedAt: string, total: { amountMinor: number, currency: string }, lines: Array<{ title: string, quantity: number, unitPrice: { amountMinor: number, currency: string }, product: { id: string, title: string, imageUrl: string, inStock: boolean } | null }> } | null };

export type ProductQueryVariables = Exact<{
  id: string;
}>;


export type ProductQuery = { product: { id: string, title: string, brand: string, imageUrl: string, rating: number, inStock: boolean, price: { amount: number, currency: string } } | null };

export type Product2QueryVariables = Exact<{
  id: string;
}>;


export type Product2Query = { product: { id: string, title: string, brand: string, imageUrl: string, rating: number, inStock: boolean, price: { amountMinor: number, currency: string } } | null };

export declare const CancelOrder: RegisteredDocument<CancelOrderMutation, CancelOrderMutationVariables>;
export declare const Home: RegisteredDocument<HomeQuery, HomeQueryVariables>;
export declare const Home2: RegisteredDocument<Home2Query, Home2QueryVariables>;
export declare const Order: RegisteredDocument<OrderQuery, OrderQueryVariables>;
export declare const Order2: RegisteredDocument<Order2Query, Order2QueryVariables>;
export declare const Product: RegisteredDocument<ProductQuery, ProductQueryVariables>;
export declare const Product2: RegisteredDocument<Product2Query, Product2QueryVariables>;
