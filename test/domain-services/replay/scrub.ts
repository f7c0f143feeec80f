import { inventedPerson, pseudonym } from "./invented.ts";
import type { InventedPerson } from "./invented.ts";

/** Services whose answers are nobody's own. All others answer for a person. */
const SHARED = new Set(["catalog"]);

export const isShared = (service: string): boolean => SHARED.has(service);

/** Stands for the asking user's id. */
export const USER = "{user}";

/** What is under these names in a person's answer says nothing of who it is. Whatever is not named here or below is left out. */
const KEPT = new Set(
  (
    "orders status placedAt lines productId sku title quantity unitPrice discount lineTotal amount currency taxRate warehouse " +
    "subtotal shippingCost tax total shipment carrier estimatedDelivery events at payment method capturedAt " +
    "slots rank product because kind confidence features score supportingProducts model trainedAt items reason modelVersion " +
    "name avatar addresses country isDefault locale timeZone loyalty tier points expiringPoints expiresAt " +
    "preferences newsletter sms push theme favouriteCategories createdAt updatedAt lastSeenAt"
  ).split(" "),
);

interface Around {
  readonly user: string;
  readonly key: string;
  readonly person: number;
  readonly who: InventedPerson;
  /** The name of the object in which the member stands. */
  readonly parent: string;
}

/** What stands in the place of a text under these names. */
const INVENTED: Readonly<Record<string, (value: string, around: Around) => unknown>> = {
  id: (value, { parent, ...around }) => (/^products?$/.test(parent) ? value : inventedId(value, around)),
  userId: inventedId,
  number: (value, { key }) => pseudonym(value, key),
  trackingNumber: (value, { key }) => pseudonym(value, key),
  // The name of a model is nobody's.
  name: (value, { parent, who }) => (parent === "model" ? value : who.display),
  given: (_value, { who }) => who.given,
  family: (_value, { who }) => who.family,
  display: (_value, { who }) => who.display,
  honorific: () => null,
  email: (_value, { who }) => who.email,
  phone: (_value, { who }) => who.phone,
  birthDate: () => "1980-01-01",
  line1: () => "1 Invented Street",
  line2: () => "Flat 2",
  city: () => "Inventedton",
  place: () => "Inventedton",
  region: () => "Inventedshire",
  postcode: () => "IN1 1AA",
  last4: () => "0000",
  small: inventedAvatar,
  medium: inventedAvatar,
  large: inventedAvatar,
  // The replay makes its own.
  nextCursor: () => null,
};

/** By these one could be found again: the hour is enough for an order, the month for an account. */
const TO_THE_MONTH = new Set(["createdAt", "lastSeenAt"]);
const INSTANT = /^(\d{4}-\d\d-)\d\d(T\d\d):\d\d:\d\d(?:\.\d+)?Z$/;

/** What no recording may hold, whatever its name: a JSON Web Token, and an e-mail address that is not one of the invented. */
const SECRET = /eyJ[\w-]{8,}\.[\w-]+\.|[\w.+-]+@(?!example\.com|supplier\.example)[\w-]+\.\w+/;

/** An answer that cannot be recorded. */
export class ScrubError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ScrubError";
  }
}

export interface Scrubbed {
  readonly body: unknown;
  /** Names of members that were left out, since nobody has said that they are harmless. */
  readonly leftOut: readonly string[];
}

/**
 * A person's answer with invented people, ids and places in the place of the real ones.
 *
 * @param key makes the ids: the same key, the same ids
 * @throws ScrubError where something is left that must not be
 */
export function scrubPersonal(
  body: unknown,
  { user, person, key }: { readonly user: string; readonly person: number; readonly key: string },
): Scrubbed {
  const leftOut = new Set<string>();
  const who = inventedPerson(person, localeOf(body));
  const scrub = (value: unknown, name: string, parent: string): unknown => {
    if (Array.isArray(value)) return value.map((element) => scrub(element, name, parent));
    if (typeof value === "object" && value !== null) {
      const members = Object.entries(value).filter(([member]) => {
        const known = KEPT.has(member) || Object.hasOwn(INVENTED, member);
        if (!known) leftOut.add(member);
        return known;
      });
      return Object.fromEntries(members.map(([member, content]) => [member, scrub(content, member, name)]));
    }
    if (typeof value !== "string") return value;
    const invent = INVENTED[name];
    return invent === undefined ? coarse(value, name) : invent(value, { user, key, person, who, parent });
  };
  return { body: checked(scrub(body, "", "")), leftOut: [...leftOut] };
}

/** An answer for everybody, with nobody's address in it. @throws ScrubError */
export function scrubShared(body: unknown): Scrubbed {
  const text = JSON.stringify(body).replaceAll(/[\w.+-]+@supplier\.example/g, "purchasing@supplier.example");
  return { body: checked(JSON.parse(text)), leftOut: [] };
}

/** The path as it is recorded: what is no plain word in it is an id. */
export function scrubPath(path: string, key: string): string {
  return path
    .split("/")
    .map((part) => (/^(?:[a-z-]*|v\d)$/.test(part) ? part : pseudonym(part, key)))
    .join("/");
}

function inventedId(value: string, { user, key }: Pick<Around, "user" | "key">): string {
  return value === user ? USER : pseudonym(value, key);
}

/** Of the same size, which its query says. */
function inventedAvatar(value: string, { person }: Around): string {
  const query = URL.parse(value)?.search ?? "";
  return `https://images.triptych.example/avatars/invented/${person}.webp${query}`;
}

function coarse(value: string, name: string): string {
  return TO_THE_MONTH.has(name)
    ? value.replace(INSTANT, "$101T12:00:00.000Z")
    : value.replace(INSTANT, (instant, _month: string, hour: string) =>
        instant.replace(/T.*/, `${hour}:00:00.000Z`),
      );
}

function localeOf(body: unknown): string {
  const locale = typeof body === "object" && body !== null && "locale" in body ? body.locale : "";
  return typeof locale === "string" ? locale : "";
}

function checked(body: unknown): unknown {
  const found = SECRET.exec(JSON.stringify(body));
  if (found === null) return body;
  throw new ScrubError(
    `it holds what looks like ${found[0].startsWith("eyJ") ? "a token" : "an e-mail address"}: teach test/domain-services/replay/scrub.ts its member's name`,
  );
}
