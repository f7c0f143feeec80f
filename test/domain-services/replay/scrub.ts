import { createHmac } from "node:crypto";
import { DEFAULT_MEDIA_URL } from "../service/pictures.ts";

/** Services whose answers belong to no user. All others answer for a person. */
const SHARED = new Set(["catalog"]);

/** Whether a service gives every user the same answers. */
export const isShared = (service: string): boolean => SHARED.has(service);

/** Replaces the id of the user who asked. */
export const USER = "{user}";

/**
 * Members of a person's answer that say nothing about who it is. Members that are listed nowhere
 * go.
 */
const KEPT = new Set(
  (
    "orders status placedAt lines productId sku title quantity unitPrice discount lineTotal amount currency taxRate warehouse " +
    "subtotal shippingCost tax total shipment carrier estimatedDelivery events at payment method capturedAt " +
    "slots rank product because kind confidence features score supportingProducts model trainedAt items reason modelVersion " +
    "name avatar addresses country isDefault locale timeZone loyalty tier points expiringPoints expiresAt " +
    "preferences newsletter sms push theme favouriteCategories createdAt updatedAt lastSeenAt"
  ).split(" "),
);

type InventedName = readonly [given: string, family: string, display: string];

/**
 * Invented names, one in each script that the sample users have, so that pages still show the
 * scripts.
 */
const NAMES: Readonly<Record<string, InventedName>> = {
  ar: ["مثال", "نموذجي", "مثال نموذجي"],
  el: ["Δείγμα", "Υποδειγματίδης", "Δείγμα Υποδειγματίδης"],
  he: ["דוגמה", "לדוגמאי", "דוגמה לדוגמאי"],
  ja: ["見本子", "試見", "試見 見本子"],
  sv: ["Exempla", "Påhittsson", "Exempla Påhittsson"],
  uk: ["Зразка", "Вигаденко", "Зразка Вигаденко"],
  zh: ["样例", "拟", "拟样例"],
};
const OTHER_NAME: InventedName = ["Sampla", "Inventley", "Sampla Inventley"];

/** Whose answer is scrubbed, and the key that makes ids: the same key makes the same ids. */
export interface Asker {
  readonly user: string;
  /** The number of the invented person, from 1. */
  readonly person: number;
  readonly key: string;
}

/**
 * What replaces a text depends on the asker, the invented name, and the object the member is in.
 */
interface Around extends Asker {
  readonly name: InventedName;
  readonly parent: string;
}

const pseudonymOf = (id: string, { key }: Around): string => pseudonym(id, key);
const userOrPseudonym = (id: string, { user, key }: Around): string =>
  id === user ? USER : pseudonym(id, key);
const displayOf = (_display: string, { name: [, , display], person }: Around): string =>
  `${display} ${person}`;
/** Keeps the end, which has the size. */
const avatarOf = (url: string, { person }: Around): string =>
  `${DEFAULT_MEDIA_URL}/media/avatars/invented/${person}${/-\d{2,4}\.svg$/.exec(url)?.[0] ?? "-64.svg"}`;

/** What replaces a text in a member of this name. */
const INVENTED: Readonly<Record<string, (value: string, around: Around) => string | null>> = {
  id: (id, around) => (/^products?$/.test(around.parent) ? id : userOrPseudonym(id, around)),
  userId: userOrPseudonym,
  number: pseudonymOf,
  trackingNumber: pseudonymOf,
  // A model has a name too, and it stays.
  name: (name, around) => (around.parent === "model" ? name : displayOf(name, around)),
  given: (_given, { name: [given] }) => given,
  family: (_family, { name: [, family] }) => family,
  display: displayOf,
  honorific: () => null,
  email: (_email, { person }) => `person-${person}@example.com`,
  // Ofcom keeps these numbers free for films and plays.
  phone: (_phone, { person }) => `+447700900${String(person).padStart(3, "0")}`,
  birthDate: () => "1980-01-01",
  line1: () => "1 Invented Street",
  line2: () => "Flat 2",
  city: () => "Inventedton",
  place: () => "Inventedton",
  region: () => "Inventedshire",
  postcode: () => "IN1 1AA",
  last4: () => "0000",
  small: avatarOf,
  medium: avatarOf,
  large: avatarOf,
  // The replay makes cursors of its own.
  nextCursor: () => null,
};

/**
 * Exact instants could identify a user: the hour is enough for an order, the month for an account.
 */
const TO_THE_MONTH = new Set(["createdAt", "lastSeenAt"]);
const INSTANT = /^(\d{4}-\d\d-)(\d\d)T(\d\d):\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * What no recording may hold: a JSON Web Token, or an e-mail address that is not an invented one.
 */
const SECRET = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.|@(?!example\.com|supplier\.example)[\w-]+\.\w/;

/** An answer that cannot be recorded. */
export class ScrubError extends Error {
  override readonly name = "ScrubError";
}

/** An answer that can be recorded. */
export interface Scrubbed {
  readonly body: unknown;
  /** Names of members that were left out, because they are not listed as harmless. */
  readonly leftOut: readonly string[];
}

/**
 * Replaces the people, ids and places in an answer by invented ones.
 *
 * @param asker null for an answer that is the same for everybody: only addresses are replaced then
 * @throws ScrubError if a token or an address is left
 */
export function scrub(answer: unknown, asker: Asker | null): Scrubbed {
  const leftOut = new Set<string>();
  const body = asker === null ? scrubShared(answer) : scrubPersonal(answer, asker, leftOut);
  const found = SECRET.exec(JSON.stringify(body));
  if (found === null) return { body, leftOut: [...leftOut] };
  const what = found[0].startsWith("eyJ") ? "a token" : "an e-mail address";
  throw new ScrubError(
    `it holds what looks like ${what}: teach test/domain-services/replay/scrub.ts the name of its member`,
  );
}

function scrubShared(answer: unknown): unknown {
  const text = JSON.stringify(answer).replaceAll(
    /(?<![\w.+-])[\w.+-]{1,64}@supplier\.example/g,
    "purchasing@supplier.example",
  );
  return JSON.parse(text);
}

function scrubPersonal(answer: unknown, asker: Asker, leftOut: Set<string>): unknown {
  const invented = NAMES[languageOf(answer)] ?? OTHER_NAME;
  const walk = (value: unknown, name: string, parent: string): unknown => {
    if (Array.isArray(value)) return value.map((element) => walk(element, name, parent));
    if (typeof value === "object" && value !== null) {
      const members = Object.entries(value).filter(([member]) => {
        const isListed = KEPT.has(member) || Object.hasOwn(INVENTED, member);
        if (!isListed) leftOut.add(member);
        return isListed;
      });
      return Object.fromEntries(members.map(([member, content]) => [member, walk(content, member, name)]));
    }
    if (typeof value !== "string") return value;
    const invent = INVENTED[name];
    if (invent !== undefined) return invent(value, { ...asker, name: invented, parent });
    return value.replace(INSTANT, TO_THE_MONTH.has(name) ? "$101T12:00:00.000Z" : "$1$2T$3:00:00.000Z");
  };
  return walk(answer, "", "");
}

function languageOf(answer: unknown): string {
  const locale = typeof answer === "object" && answer !== null && "locale" in answer ? answer.locale : "";
  return String(locale).split("-")[0] ?? "";
}

/** A path as it is recorded: every part that is not a plain word or a version is an id. */
export function scrubPath(path: string, key: string): string {
  return path
    .split("/")
    .map((part) => (/^(?:[a-z-]*|v\d)$/.test(part) ? part : pseudonym(part, key)))
    .join("/");
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/**
 * Replaces an id by another of the same form: a prefix up to an underscore and a year between
 * dashes stay, letters and digits become others. Without the key, nobody can tell whose id it was.
 */
function pseudonym(id: string, key: string): string {
  const bytes = createHmac("sha512", key).update(id).digest();
  const kept = /^[a-z]+_|-20\d\d-/.exec(id);
  const [from, to] = kept === null ? [0, 0] : [kept.index, kept.index + kept[0].length];
  return Array.from(id, (character, index) => {
    const byte = bytes[index % bytes.length] ?? 0;
    if (index >= from && index < to) return character;
    if (/\d/.test(character)) return String(byte % 10);
    return /[a-z]/.test(character) ? (LETTERS[byte % LETTERS.length] ?? character) : character;
  }).join("");
}
