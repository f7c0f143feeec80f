import { CATEGORIES } from "./categories.ts";
import type { Category } from "./categories.ts";
import { COUNTRIES } from "./countries.ts";
import { fakerOf } from "./fakers.ts";
import { hash32, seededRandom } from "./random.ts";

/** What orders and recommendations must know of a product; `products.ts` adds the rest. */
export interface Article {
  id: string;
  sku: string;
  title: string;
  category: Category;
  /** ISO 4217, of the catalog's own price. */
  currency: string;
  euroCents: number;
  /** Sold once, gone from the catalog since. */
  isDiscontinued: boolean;
}

const ARTICLE_COUNT = 540;
const DISCONTINUED_EVERY = 54;

/** Titles that break naive escaping; each is the title of the article of that number. */
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

/** Every article ever sold, by id: the same on every call. */
export function generateAssortment(): Article[] {
  const languages = COUNTRIES.map((country) => country.code);
  return Array.from({ length: ARTICLE_COUNT }, (_, index) => {
    const number = index + 1;
    const id = `prd_${String(number).padStart(4, "0")}`;
    const seed = hash32(id);
    const random = seededRandom(seed);
    const category = random.pick(CATEGORIES);
    const faker = fakerOf(random.chance(0.7) ? "GB" : random.pick(languages), seed);
    return {
      id,
      sku: `${category.slice(0, 3).toUpperCase()}-${random.between(100_000, 999_999)}-${number}`,
      title: SPECIAL_TITLES[number] ?? `${faker.commerce.productName()} ${random.pick(MODELS)}`,
      category,
      currency: drawCurrency(random.next()),
      euroCents: drawPrice(random.next(), random.next()),
      isDiscontinued: number % DISCONTINUED_EVERY === 0,
    };
  });
}

const MODELS = [
  "Mk II",
  "100",
  "Pro",
  "Classic",
  "Mini",
  "XL",
  "2026",
  "No. 5",
  "Duo",
  "'76 Edition",
] as const;

/** Mostly euros; some prices have no minor unit or three digits of it, so that both are really seen. */
function drawCurrency(share: number): string {
  if (share < 0.78) return "EUR";
  if (share < 0.87) return "GBP";
  if (share < 0.95) return "JPY";
  return share < 0.98 ? "USD" : "KWD";
}

/** Cheap things outnumber dear ones: 1.99 to about 900 euros, and nearly all end in 99 cents. */
function drawPrice(spread: number, ending: number): number {
  const euros = 2 + Math.floor(spread * spread * spread * 900);
  return ending < 0.85 ? euros * 100 - 1 : euros * 100 - 5;
}
