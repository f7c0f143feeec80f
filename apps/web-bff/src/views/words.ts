import type { Degraded } from "@triptych/screen";
import type { OrderStatus, RecommendationCard } from "../screens/schemas.ts";
import { html } from "./html.ts";
import type { Markup } from "./html.ts";

export const ORDER_STATUS: Readonly<Record<OrderStatus, string>> = {
  placed: "Placed",
  paid: "Paid",
  packed: "Packed",
  shipped: "On its way",
  delivered: "Delivered",
  cancelled: "Cancelled",
  returned: "Returned",
  unknown: "In progress",
};

export const BECAUSE: Readonly<Record<RecommendationCard["because"], string>> = {
  bought_together: "Bought together with something of yours",
  viewed: "You looked at it",
  popular: "Popular",
  similar_users: "Liked by people like you",
  unknown: "Picked for you",
};

/** `12 November 2026`; the page is in English, and a date has no time zone here. */
export function formatDate(date: string): string {
  return new Date(date).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
}

/** Says that what stands below is not fresh. */
export function staleNote(degraded: Degraded | undefined): Markup | null {
  if (degraded?.ageSeconds === undefined) return null;
  const minutes = Math.max(1, Math.round(degraded.ageSeconds / 60));
  return html`<p class="notice" role="status">
    As of ${minutes} ${minutes === 1 ? "minute" : "minutes"} ago.
  </p>`;
}
