import { hash32, seededRandom } from "./random.ts";
import { COUNTRIES, countryOf, fakerOf } from "./shop.ts";

/** The shop's departments, each with the one whose goods are often bought with its own. */
const NEIGHBOUR = {
  kitchen: "grocery",
  garden: "tools",
  audio: "computing",
  computing: "audio",
  photography: "outdoor",
  toys: "books",
  sports: "outdoor",
  outdoor: "sports",
  beauty: "home-textiles",
  grocery: "kitchen",
  books: "lighting",
  "home-textiles": "lighting",
  lighting: "home-textiles",
  tools: "garden",
} as const;

/** The names of the departments. */
export const CATEGORIES: readonly string[] = Object.keys(NEIGHBOUR);

/** The departments that are taxed at the reduced rate, in countries that have one. */
export const REDUCED_TAX: ReadonlySet<string> = new Set(["grocery", "books"]);

/** What orders and recommendations must know of a product. `catalog/data.ts` adds the rest. */
export interface Article {
  id: string;
  sku: string;
  title: string;
  category: string;
  /** The department whose goods are often bought with it. */
  neighbour: string;
  /** ISO 4217, of the catalog's own price. */
  currency: string;
  euroCents: number;
  /** Sold once, and no longer in the catalog. */
  isDiscontinued: boolean;
}

const ARTICLE_COUNT = 540;
const DISCONTINUED_EVERY = 54;
const MODELS = ["Mk II", "100", "Pro", "Classic", "Mini", "XL", "2026", "No. 5", "Duo", "'76 Edition"];

/** Titles that break naive escaping, by the number of the article. */
const SPECIAL_TITLES: Readonly<Record<number, string>> = {
  1: `Poster <script>alert("triptych")</script> 50×70 cm`,
  2: "Women's trail-running shoe \"L'Éclair\"",
  3: "Salt & pepper mill </script><!-- 2 in 1 -->",
  4: "有田焼 湯のみ茶碗 5客セット",
  5: "Ελληνικό εξαιρετικό παρθένο ελαιόλαδο 750 ml",
  6: "قهوة عربية بالهيل ٥٠٠ غ",
  7: "Пуховая шаль «Оренбург» 130 × 130",
  8: "Zero\u200bWidth & emoji 👩‍🚀 mug",
};

/** Every article that was ever sold, by id. */
export function generateArticles(): Article[] {
  return Array.from({ length: ARTICLE_COUNT }, (_, index) => {
    const number = index + 1;
    const id = `prd_${String(number).padStart(4, "0")}`;
    const seed = hash32(id);
    const random = seededRandom(seed);
    const [category, neighbour] = random.pick(Object.entries(NEIGHBOUR));
    const faker = fakerOf(random.chance(0.7) ? countryOf("GB") : random.pick(COUNTRIES), seed);
    return {
      id,
      sku: `${category.slice(0, 3).toUpperCase()}-${random.between(100_000, 999_999)}-${number}`,
      title: SPECIAL_TITLES[number] ?? `${faker.commerce.productName()} ${random.pick(MODELS)}`,
      category,
      neighbour,
      currency: drawCurrency(random.next()),
      euroCents: drawPrice(random.next(), random.next()),
      isDiscontinued: number % DISCONTINUED_EVERY === 0,
    };
  });
}

/**
 * Mostly euros. Some currencies have no minor unit or three digits of it, so that both are seen.
 */
function drawCurrency(share: number): string {
  if (share < 0.78) return "EUR";
  if (share < 0.87) return "GBP";
  if (share < 0.95) return "JPY";
  return share < 0.98 ? "USD" : "KWD";
}

/** Most things are cheap: 1.99 to about 900 euros, and nearly all prices end in 99 cents. */
function drawPrice(spread: number, ending: number): number {
  const euros = 2 + Math.floor(spread * spread * spread * 900);
  return ending < 0.85 ? euros * 100 - 1 : euros * 100 - 5;
}
