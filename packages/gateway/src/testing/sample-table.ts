import type { Route, RouteTable } from "../table/route.ts";

const LIMITS: Route["limits"] = [
  { per: "address", requests: 10_000, seconds: 60 },
  { per: "user", requests: 10_000, seconds: 60 },
  { per: "api-key", requests: 10_000, seconds: 60 },
];

const BASE = { limits: LIMITS, maxBodyBytes: 10_000, deadlineMs: 5_000 } as const;
const CONTRACT = { kind: "openapi", file: "sample", unknownQuery: "refuse" } as const;

/** A small table with a route of each sort, all to the recording target. */
export function sampleTable(changes: Partial<Route> = {}): RouteTable {
  return {
    landing: "/web/home-page",
    targets: {
      "web-bff": { identity: "x-identity" },
      "partner-bff": { identity: "x-identity" },
      recommendations: { identity: "txn-token" },
    },
    routes: [
      {
        ...BASE,
        name: "web",
        prefix: "/web",
        target: "web-bff",
        callers: ["session", "bearer"],
        contract: CONTRACT,
        login: true,
        ...changes,
      },
      {
        ...BASE,
        name: "partner",
        prefix: "/partner/graphql",
        target: "partner-bff",
        callers: ["api-key", "bearer"],
        contract: { kind: "graphql" },
      },
      {
        ...BASE,
        name: "api-recommendations",
        prefix: "/api/v2/recommendations",
        target: "recommendations",
        rewrite: "/recs/v2",
        callers: ["bearer", "api-key"],
        contract: { ...CONTRACT, file: "recommendations" },
      },
    ],
  };
}
