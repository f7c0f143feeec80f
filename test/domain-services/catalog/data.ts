import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Faker } from "@faker-js/faker";
import { generateArticles } from "../seed/articles.ts";
import type { Article } from "../seed/articles.ts";
import { hash32, seededRandom } from "../seed/random.ts";
import type { SeededRandom } from "../seed/random.ts";
import {
  countryOf,
  DAY_MS,
  fakerOf,
  fromEuroCents,
  REFERENCE_MS,
  toDateTime,
  WAREHOUSES,
} from "../seed/shop.ts";
import { inserter } from "../service/database.ts";
import type { Insert } from "../service/database.ts";

/** Fills the catalog's database: the same rows on every call. */
export function fill(database: DatabaseSync): void {
  database.exec(readFileSync(join(import.meta.dirname, "schema.sql"), "utf8"));
  const insert = inserter(database);
  for (const article of generateArticles()) if (!article.isDiscontinued) insertProduct(article, insert);
}

/** The order of the draws decides what each product gets: do not reorder the members. */
function insertProduct(article: Article, insert: Insert): void {
  const { id, sku, title, category, currency, euroCents } = article;
  const seed = hash32(`product ${id}`);
  const random = seededRandom(seed);
  const faker = fakerOf(countryOf("GB"), seed);
  const brand = random.chance(0.1) ? `${faker.person.lastName()} & Söhne` : faker.company.name();
  const price = fromEuroCents(euroCents, currency);
  const description = describe(faker);
  const { warehouses, ...stock } = drawStock(random);
  const subtitle = random.chance(0.2) ? null : faker.commerce.productDescription().slice(0, 70).trim();
  const listPrice = random.chance(0.3) ? Math.round((price * random.between(105, 160)) / 100) : null;
  const images = drawImages(article, random);
  const histogram = drawRatings(random);
  const ratings = histogram.reduce((sum, each) => sum + each, 0);
  const stars = histogram.reduce((sum, each, index) => sum + each * (index + 1), 0);
  const attributes = {
    material: faker.commerce.productMaterial(),
    colour: faker.color.human(),
    weight: `${random.between(40, 9_500)} g`,
    dimensions: `${random.between(2, 90)} × ${random.between(2, 60)} × ${random.between(1, 40)} cm`,
    madeIn: faker.location.countryCode(),
    warranty: `${random.between(1, 5)} years`,
    ean: `40${random.between(10_000, 99_999)}${random.between(100_000, 999_999)}`,
  };
  insert("products", {
    id,
    sku,
    title,
    subtitle,
    brand,
    category,
    description,
    price_amount: price,
    list_price_amount: listPrice,
    currency,
    rating_average: ratings === 0 ? 0 : Math.round((stars * 10) / ratings) / 10,
    rating_count: ratings,
    ...stock,
    supplier_name: faker.company.name(),
    supplier_country: faker.location.countryCode(),
    supplier_lead_time_days: random.between(2, 45),
    supplier_cost_amount: Math.round(euroCents * 0.45),
    supplier_cost_currency: "EUR",
    supplier_contact: `purchasing-${random.between(100, 999)}@supplier.example`,
    seo_title: `${title} | ${brand} | buy online`,
    seo_description: description.slice(0, 155),
    seo_slug: `${category}/${id.replace("_", "-")}`,
    seo_keywords: [category, brand, sku, "delivery", "offer"].join(", "),
    updated_at: toDateTime(REFERENCE_MS - random.between(0, 400 * DAY_MS)),
  });
  for (const [position, image] of images.entries())
    insert("product_images", { product_id: id, position, ...image });
  for (const [position, [name, value]] of Object.entries(attributes).entries())
    insert("product_attributes", { product_id: id, position, name, value });
  for (const [index, each] of histogram.entries())
    insert("product_ratings", { product_id: id, stars: index + 1, ratings: each });
  for (const [position, warehouse] of warehouses.entries())
    insert("product_warehouses", { product_id: id, position, warehouse });
}

/** About 1 kB, as the contract says. */
function describe(faker: Faker): string {
  let text = `${faker.commerce.productDescription()}.`;
  while (text.length < 900) text += ` ${faker.commerce.productDescription()}.`;
  return text;
}

function drawStock(random: SeededRandom): {
  stock_status: string;
  stock_quantity: number;
  warehouses: string[];
} {
  const share = random.next();
  if (share < 0.08) return { stock_status: "out_of_stock", stock_quantity: 0, warehouses: [] };
  const some = WAREHOUSES.filter(() => random.chance(0.5));
  const warehouses = some.length > 0 ? some : [random.pick(WAREHOUSES)];
  return share < 0.2
    ? { stock_status: "low", stock_quantity: random.between(1, 5), warehouses }
    : { stock_status: "in_stock", stock_quantity: random.between(6, 900), warehouses };
}

/** Not sorted by size, as in real catalogs. A few products have only small images. */
function drawImages({ id, title }: Article, random: SeededRandom) {
  const widths = random.chance(0.05)
    ? [160, 320]
    : [1_200, 320, 640, 160, ...(random.chance(0.5) ? [2_400] : [])];
  const key = random.between(0x10000000, 0x7fffffff).toString(16);
  return widths.map((width, position) => ({
    url: `/media/products/${id}/${key}-${width}.svg`,
    width,
    height: position === 3 ? width : Math.round((width * 3) / 4),
    alt: random.chance(0.15) ? null : `${title}, view ${position + 1}`,
  }));
}

/** How many ratings of one star, two stars … five stars. */
function drawRatings(random: SeededRandom): number[] {
  const volume = random.chance(0.04) ? 0 : random.between(1, 120);
  return [1, 1, 2, 5, 8].map((weight) => Math.floor(volume * weight * random.next()));
}
