import type { ServiceName } from "./start.ts";

/** What a service gives the home page, and what stands there without it. */
export type HomeSection = {
  readonly section: string;
  /** What the page says in the section's place. */
  readonly apology: string;
};

/** The sections of the home page that are optional, by the service that they need. */
export const OPTIONAL = {
  orders: { section: "recentOrders", apology: "We can’t show your orders right now." },
  recommendations: { section: "recommendations", apology: "We can’t show recommendations right now." },
  catalog: { section: "recommendations", apology: "We can’t show recommendations right now." },
} as const satisfies Partial<Record<ServiceName, HomeSection>>;

export type OptionalService = keyof typeof OPTIONAL;
