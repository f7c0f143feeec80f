import type { Faker } from "@faker-js/faker";
import { generateAssortment } from "./assortment.ts";
import type { Article } from "./assortment.ts";
import { fromEuroCents } from "./currencies.ts";
import { fakerOf } from "./fakers.ts";
import { hash32, seededRandom } from "./random.ts";
import { WAREHOUSES } from "./warehouses.ts";
import type { SeededRandom } from "./random.ts";
import { DAY_MS, REFERENCE_MS } from "./reference.ts";

export interface ImageSeed {
  url: string;
  width: number;
  height: number;
  alt: string | null;
}

/** A product as the catalog stores it. Amounts are minor units of `article.currency`, instants epoch ms. */
export interface ProductSeed {
  article: Article;
  subtitle: string | null;
  brand: string;
  description: string;
  price: number;
  listPrice: number | null;
  images: ImageSeed[];
  ratingAverage: number;
  ratingCount: number;
  /** Ratings of one star, two stars … five stars. */
  histogram: number[];
  stockStatus: "in_stock" | "low" | "out_of_stock";
  stockQuantity: number;
  warehouses: string[];
  attributes: Record<string, string>;
  supplier: {
    name: string;
    country: string;
    leadTimeDays: number;
    costAmount: number;
    costCurrency: string;
    contact: string;
  };
  seo: { title: string; description: string; slug: string; keywords: string };
  updatedAt: number;
}

/** Every product that the catalog still has, by id: the same on every call. */
export function generateProducts(): ProductSeed[] {
  return generateAssortment()
    .filter((article) => !article.isDiscontinued)
    .map(generateProduct);
}

function generateProduct(article: Article): ProductSeed {
  const seed = hash32(`product ${article.id}`);
  const random = seededRandom(seed);
  const faker = fakerOf("GB", seed);
  const brand = random.chance(0.1) ? `${faker.person.lastName()} & Söhne` : faker.company.name();
  const price = fromEuroCents(article.euroCents, article.currency);
  const description = describe(faker);
  const stock = drawStock(random);
  return {
    article,
    subtitle: random.chance(0.2) ? null : faker.commerce.productDescription().slice(0, 70).trim(),
    brand,
    description,
    price,
    listPrice: random.chance(0.3) ? Math.round((price * random.between(105, 160)) / 100) : null,
    images: drawImages(article, random),
    ...drawRatings(random),
    ...stock,
    attributes: {
      material: faker.commerce.productMaterial(),
      colour: faker.color.human(),
      weight: `${random.between(40, 9_500)} g`,
      dimensions: `${random.between(2, 90)} × ${random.between(2, 60)} × ${random.between(1, 40)} cm`,
      madeIn: faker.location.countryCode(),
      warranty: `${random.between(1, 5)} years`,
      ean: `40${random.between(10_000, 99_999)}${random.between(100_000, 999_999)}`,
    },
    supplier: {
      name: faker.company.name(),
      country: faker.location.countryCode(),
      leadTimeDays: random.between(2, 45),
      costAmount: Math.round(article.euroCents * 0.45),
      costCurrency: "EUR",
      contact: `purchasing-${random.between(100, 999)}@supplier.example`,
    },
    seo: {
      title: `${article.title} | ${brand} | buy online`,
      description: description.slice(0, 155),
      slug: `${article.category}/${article.id.replace("_", "-")}`,
      keywords: [article.category, brand, article.sku, "delivery", "offer"].join(", "),
    },
    updatedAt: REFERENCE_MS - random.between(0, 400 * DAY_MS),
  };
}

/** About 1 kB, as the contract says. */
function describe(faker: Faker): string {
  let text = `${faker.commerce.productDescription()}.`;
  while (text.length < 900) text += ` ${faker.commerce.productDescription()}.`;
  return text;
}

function drawStock(random: SeededRandom): Pick<ProductSeed, "stockStatus" | "stockQuantity" | "warehouses"> {
  const share = random.next();
  if (share < 0.08) return { stockStatus: "out_of_stock", stockQuantity: 0, warehouses: [] };
  const warehouses = WAREHOUSES.filter(() => random.chance(0.5));
  const held = warehouses.length > 0 ? warehouses : [random.pick(WAREHOUSES)];
  if (share < 0.2) return { stockStatus: "low", stockQuantity: random.between(1, 5), warehouses: held };
  return { stockStatus: "in_stock", stockQuantity: random.between(6, 900), warehouses: held };
}

/** In no order of size, as real catalogs have them; a few products have small images alone. */
function drawImages(article: Article, random: SeededRandom): ImageSeed[] {
  const widths = random.chance(0.05)
    ? [160, 320]
    : [1_200, 320, 640, 160, ...(random.chance(0.5) ? [2_400] : [])];
  const key = random.between(0x10000000, 0x7fffffff).toString(16);
  return widths.map((width, position) => ({
    url: `https://images.triptych.example/products/${article.id}/${key}-${position + 1}.webp?w=${width}&q=80`,
    width,
    height: position === 3 ? width : Math.round((width * 3) / 4),
    alt: random.chance(0.15) ? null : `${article.title}, view ${position + 1}`,
  }));
}

function drawRatings(random: SeededRandom): Pick<ProductSeed, "ratingAverage" | "ratingCount" | "histogram"> {
  const volume = random.chance(0.04) ? 0 : random.between(1, 120);
  const histogram = [1, 1, 2, 5, 8].map((weight) => Math.floor(volume * weight * random.next()));
  const count = histogram.reduce((sum, ratings) => sum + ratings, 0);
  const stars = histogram.reduce((sum, ratings, index) => sum + ratings * (index + 1), 0);
  return {
    ratingAverage: count === 0 ? 0 : Math.round((stars * 10) / count) / 10,
    ratingCount: count,
    histogram,
  };
}
