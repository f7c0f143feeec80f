import type { Country } from "./countries.ts";
import type { SeededRandom } from "./random.ts";
import { DAY_MS, HOUR_MS, REFERENCE_MS } from "./reference.ts";

export type OrderStatus = "placed" | "paid" | "packed" | "shipped" | "delivered" | "cancelled" | "returned";

/** Instants are epoch ms. */
export interface ShipmentSeed {
  carrier: string;
  trackingNumber: string;
  estimatedDelivery: number;
  events: { at: number; place: string; status: string }[];
}

/** How far an order has come by the reference date. */
export interface Fulfilment {
  status: OrderStatus;
  shipment: ShipmentSeed | null;
  paymentMethod: "card" | "paypal" | "invoice";
  last4: string | null;
  capturedAt: number | null;
  updatedAt: number;
}

const HANDED_OVER_DAYS = 2;

/** A history that fits the order's age: nothing is delivered on the day it was placed. */
export function drawFulfilment(country: Country, placedAt: number, random: SeededRandom): Fulfilment {
  const status = drawStatus(REFERENCE_MS - placedAt, random);
  const method = random.pick(["card", "card", "card", "paypal", "invoice"] as const);
  const last4 = method === "card" ? String(random.between(0, 9_999)).padStart(4, "0") : null;
  const paidAt = Math.min(placedAt + random.between(30_000, 20 * 60_000), REFERENCE_MS);
  const shipment = isHandedOver(status) ? drawShipment(country, placedAt, status, random) : null;
  return {
    status,
    shipment,
    paymentMethod: method,
    last4,
    capturedAt: status === "placed" || status === "cancelled" ? null : paidAt,
    updatedAt: lastChange(status, placedAt, paidAt, shipment, random),
  };
}

function drawStatus(ageMs: number, random: SeededRandom): OrderStatus {
  if (random.chance(0.04) && ageMs > DAY_MS) return "cancelled";
  if (ageMs < 6 * HOUR_MS) return random.pick(["placed", "placed", "paid"]);
  if (ageMs < DAY_MS) return random.pick(["placed", "paid", "packed"]);
  if (ageMs < HANDED_OVER_DAYS * DAY_MS) return random.pick(["paid", "packed"]);
  if (ageMs < 7 * DAY_MS) return random.chance(0.9) ? "shipped" : "packed";
  return random.chance(0.03) && ageMs > 20 * DAY_MS ? "returned" : "delivered";
}

const isHandedOver = (status: OrderStatus): boolean =>
  status === "shipped" || status === "delivered" || status === "returned";

/** The way of a parcel that is delivered five days after the order, cut off at the reference date. */
function drawShipment(
  country: Country,
  placedAt: number,
  status: OrderStatus,
  random: SeededRandom,
): ShipmentSeed {
  const hub = random.pick(country.hubs);
  const start = placedAt + random.between(20 * HOUR_MS, HANDED_OVER_DAYS * DAY_MS);
  const step = (fraction: number): number => Math.floor(start + 4 * DAY_MS * fraction);
  const way = [
    { at: step(0), place: random.pick(country.hubs), status: "accepted" },
    { at: step(0.3), place: hub, status: "in_transit" },
    { at: step(0.9), place: random.pick(country.hubs), status: "out_for_delivery" },
    { at: step(1), place: random.pick(country.hubs), status: "delivered" },
  ];
  const events = status === "shipped" ? way.slice(0, 3).filter((event) => event.at <= REFERENCE_MS) : way;
  if (status === "returned")
    events.push({ at: step(1) + 9 * DAY_MS, place: hub, status: "returned_to_sender" });
  return {
    carrier: random.pick(country.carriers),
    trackingNumber: `${country.code}${random.between(100_000_000, 999_999_999)}${random.between(10, 99)}`,
    estimatedDelivery: step(1),
    events,
  };
}

function lastChange(
  status: OrderStatus,
  placedAt: number,
  paidAt: number,
  shipment: ShipmentSeed | null,
  random: SeededRandom,
): number {
  const lastEvent = shipment?.events.at(-1);
  if (lastEvent !== undefined) return lastEvent.at;
  if (status === "placed") return placedAt;
  if (status === "paid") return paidAt;
  return Math.min(paidAt + random.between(HOUR_MS, 12 * HOUR_MS), REFERENCE_MS);
}
