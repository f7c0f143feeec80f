import type { Limit, RouteTable } from "@triptych/gateway";

// A page or a screen is one request, so these are far above what a person does and far below what a
// script can do.
const SCREEN_LIMITS: readonly Limit[] = [
  { per: "address", requests: 600, seconds: 60 },
  { per: "user", requests: 120, seconds: 60 },
];

const PARTNER_LIMITS: readonly Limit[] = [
  { per: "address", requests: 1_200, seconds: 60 },
  { per: "user", requests: 120, seconds: 60 },
  { per: "api-key", requests: 600, seconds: 60 },
];

const API = {
  callers: ["bearer", "api-key"],
  limits: PARTNER_LIMITS,
  maxBodyBytes: 10_000,
  deadlineMs: 2_000,
} as const;

const contractOf = (service: string) =>
  ({
    kind: "openapi",
    file: `packages/domain-clients/contracts/${service}.openapi.yaml`,
    unknownQuery: "refuse",
  }) as const;

/** Nothing is sent until a second version's address is set: `WEB_BFF_SHADOW_URL`. */
const SHADOW = { share: 0.05 };

/** Pictures: no login, and a page shows a dozen of them. */
const MEDIA = {
  callers: "anyone",
  limits: [{ per: "address", requests: 6_000, seconds: 60 }],
  maxBodyBytes: 0,
  deadlineMs: 2_000,
} as const;

const RECOMMENDATIONS_CONTRACT = contractOf("recommendations");

/**
 * All that this gateway lets through. The table is checked when the process starts; the longest
 * prefix wins.
 */
export const ROUTES: RouteTable = {
  site: "Triptych Store",
  landing: "/web/home-page",
  targets: {
    "web-bff": { identity: "x-identity" },
    "mobile-bff": { identity: "x-identity" },
    "partner-bff": { identity: "x-identity" },
    users: { identity: "txn-token" },
    orders: { identity: "txn-token" },
    recommendations: { identity: "txn-token" },
    catalog: { identity: "txn-token" },
  },
  routes: [
    {
      name: "web",
      prefix: "/web",
      target: "web-bff",
      callers: ["session", "bearer"],
      limits: SCREEN_LIMITS,
      maxBodyBytes: 10_000,
      deadlineMs: 5_000,
      contract: { kind: "openapi", file: "apps/web-bff/contracts/openapi.json", unknownQuery: "ignore" },
      login: true,
      shadow: SHADOW,
    },
    {
      // Also for visitors without a login, and for search engines.
      name: "web-products",
      prefix: "/web/products",
      target: "web-bff",
      callers: ["session", "bearer", "anonymous"],
      limits: SCREEN_LIMITS,
      maxBodyBytes: 0,
      deadlineMs: 5_000,
      contract: { kind: "openapi", file: "apps/web-bff/contracts/openapi.json", unknownQuery: "ignore" },
      login: true,
      shadow: SHADOW,
    },
    {
      name: "mobile",
      prefix: "/mobile",
      target: "mobile-bff",
      callers: ["bearer"],
      limits: SCREEN_LIMITS,
      maxBodyBytes: 10_000,
      deadlineMs: 5_000,
      contract: { kind: "openapi", file: "apps/mobile-bff/contracts/openapi.json", unknownQuery: "refuse" },
      shadow: SHADOW,
    },
    {
      name: "partner",
      prefix: "/partner/graphql",
      target: "partner-bff",
      callers: ["api-key", "bearer"],
      limits: PARTNER_LIMITS,
      maxBodyBytes: 50_000,
      deadlineMs: 5_000,
      contract: { kind: "graphql" },
    },
    // The canonical APIs of the services, for clients that need no BFF.
    {
      ...API,
      name: "api-users",
      prefix: "/api/v1/users",
      target: "users",
      rewrite: "/users",
      contract: contractOf("users"),
    },
    {
      ...API,
      name: "api-orders",
      prefix: "/api/v1/orders",
      target: "orders",
      rewrite: "/orders",
      contract: contractOf("orders"),
    },
    {
      ...API,
      name: "api-products",
      prefix: "/api/v1/products",
      target: "catalog",
      rewrite: "/products",
      contract: contractOf("catalog"),
    },
    {
      ...API,
      name: "api-recommendations",
      prefix: "/api/v2/recommendations",
      target: "recommendations",
      rewrite: "/recs/v2",
      contract: RECOMMENDATIONS_CONTRACT,
    },
    // Makes version 1's shape from version 2's answer, so the service itself can drop version 1.
    {
      ...API,
      name: "api-recommendations-v1",
      prefix: "/api/v1/recommendations",
      target: "recommendations",
      rewrite: "/recs/v2",
      contract: RECOMMENDATIONS_CONTRACT,
      deprecation: { since: "2026-09-01", sunset: "2027-06-30", successor: "/api/v2/recommendations" },
      transform: `{
        "items": [slots^(rank).{
          "productId": product.id,
          "score": $exists(confidence) ? confidence : 0,
          "reason": because.kind,
          "modelVersion": $$.model.name
        }]
      }`,
    },
    {
      ...MEDIA,
      name: "media-avatars",
      prefix: "/media/avatars",
      target: "users",
      contract: contractOf("users"),
    },
    { ...MEDIA, name: "media", prefix: "/media", target: "catalog", contract: contractOf("catalog") },
  ],
};
