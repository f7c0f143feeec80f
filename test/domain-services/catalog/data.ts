import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { generateArticles } from "../seed/articles.ts";
import type { Article } from "../seed/articles.ts";
import { hash32, seededRandom } from "../seed/random.ts";
import type { SeededRandom } from "../seed/random.ts";
import { countryOf, CURRENCY, DAY_MS, fakerOf, REFERENCE_MS, toDateTime, WAREHOUSES } from "../seed/shop.ts";
import { inserter } from "../service/database.ts";
import type { Insert } from "../service/database.ts";

/** How to look after the goods of a department. */
const CARE: Readonly<Record<string, string>> = {
  kitchen:
    "Before the first use, wash it by hand with mild soap and let it dry. Wood likes a drop of oil now and then, iron likes to stay dry, and blades like their own place in a drawer. Spare handles, lids and knobs are in stock for ten years.",
  garden:
    "Everything for the garden is sent early in the week, so that no plant spends a weekend in a van. Unpack it on the day it comes, water it, and give it a night's rest before it goes outdoors. Tools are oiled when they leave us; a wipe with linseed oil in autumn keeps them so.",
  audio:
    "In the box are the cables you need and none that you do not. Firmware comes by itself, unless you say no. Cushions, needles, batteries and feet can be ordered one by one, with a leaflet that shows how to change them.",
  computing:
    "It works with Linux, macOS and Windows without a driver. The settings are kept in the device, so it behaves on every machine as on yours. Screws are screws, not glue, and the parts list is printed inside the lid.",
  photography:
    "Each piece is checked on a bench before it is packed, and the sheet with what was measured lies in the box. Keep it dry, clean glass with air first and with cloth last, and let it warm up before you open the bag.",
  toys: "Tested for children of the age on the box and for what younger brothers do with it. Colours are water-based and do not come off. A part that is lost can be had again, free of charge, if a child writes to us and explains what happened.",
  sports:
    "Wipe it after use and let it air; no machine, no dryer. Sizes are true, and if one is not, we change it even after the first training. For clubs that need more than ten there is a better price: ask us.",
  outdoor:
    "Tried for a season by people who are paid to be out in bad weather. Air it before you store it, wash it seldom and without softener. Seams, zips and soles are mended in our own workshop, at a fair price and usually within a week.",
  beauty:
    "Made in small batches with the date on the bottom. Never tested on animals. Once it is open it keeps for a year, away from the sun. All of the ingredients are on the label, in words that can be read without a magnifying glass.",
  grocery:
    "Keep it cool and dry, and use it up soon once it is open. The label says where everything comes from, and who made it. For allergies please read it each time: recipes change, and we would rather say so than keep quiet.",
  books:
    "Printed on paper from managed forests, and packed in cardboard without plastic. You can read the first chapter on our site before you decide. If the post bends a corner, you get another copy and may keep the first for the bath.",
  "home-textiles":
    "Washed before it was sewn, so it keeps its size. Forty degrees, no bleach, and a line in the wind if you have one. Colours may differ by a shade from one dye lot to the next; order together what should match.",
  lighting:
    "It comes with a bulb, a plug for your country, and two metres of cable. Electrics are tested one by one. If a switch or a socket wears out, any electrician can change it, for we use only parts that others make too.",
  tools:
    "Ground, hardened and checked by hand. Keep it dry and it will not rust; sharpen it early rather than late. Handles can be replaced, and a drawing of each part is on our site for those who would rather make their own.",
};

/** What the shop promises, in the languages of its goods. */
const PROMISE: Readonly<Record<string, string>> = {
  en: "Leaves our warehouse within two days, in a box that can be used again. You have thirty days to change your mind and two years in which we put right what was not.",
  de: "Verlässt unser Lager innerhalb von zwei Tagen, in einem Karton, der sich wieder verwenden lässt. Dreißig Tage Zeit, es sich anders zu überlegen, und zwei Jahre, in denen wir in Ordnung bringen, was es nicht war. Fragen beantwortet jemand, der das Ding schon einmal in der Hand hatte. Ersatzteile führen wir mindestens zehn Jahre lang.",
  ja: "ご注文から二日以内に、再利用できる箱でお届けします。三十日間の返品と二年間の保証が付いています。使い方やお手入れについては、実際に手に取ったことのある担当者がお答えします。交換部品は少なくとも十年間ご用意しています。",
  ar: "يغادر مستودعنا خلال يومين في علبة يمكن استعمالها من جديد. لك ثلاثون يوما لتغيير رأيك وسنتان نصلح فيهما ما لم يكن كما يجب. يجيب عن أسئلتك شخص جرب المنتج بنفسه، وقطع الغيار متوفرة عشر سنوات على الأقل.",
  el: "Φεύγει από την αποθήκη μας μέσα σε δύο ημέρες, σε κουτί που ξαναχρησιμοποιείται. Έχετε τριάντα ημέρες για να αλλάξετε γνώμη και δύο χρόνια εγγύηση.",
  ru: "Отправляем со склада в течение двух дней в коробке, которая ещё пригодится. Тридцать дней, чтобы передумать, и два года гарантии.",
};

/** Fills the catalog's database: the same rows on every call. */
export function fill(database: DatabaseSync): void {
  database.exec(readFileSync(join(import.meta.dirname, "schema.sql"), "utf8"));
  const insert = inserter(database);
  for (const article of generateArticles()) if (!article.isDiscontinued) insertProduct(article, insert);
}

/** The order of the draws decides what each product gets: do not reorder the members. */
function insertProduct(article: Article, insert: Insert): void {
  const { id, sku, title, subtitle, brand, category, euroCents } = article;
  const seed = hash32(`product ${id}`);
  const random = seededRandom(seed);
  const faker = fakerOf(countryOf("GB"), seed);
  const description = describe(article);
  const { warehouses, ...stock } = drawStock(random);
  const listPrice = random.chance(0.3) ? listPriceOf(euroCents, random) : null;
  const images = drawImages(article, random);
  const histogram = drawRatings(random);
  const ratings = histogram.reduce((sum, each) => sum + each, 0);
  const stars = histogram.reduce((sum, each, index) => sum + each * (index + 1), 0);
  const attributes = {
    weight: `${random.between(40, 9_500)} g`,
    dimensions: `${random.between(2, 90)} × ${random.between(2, 60)} × ${random.between(1, 40)} cm`,
    packed: `${random.between(10, 99)} × ${random.between(10, 70)} × ${random.between(5, 50)} cm`,
    madeIn: `${faker.location.city()}, ${faker.location.countryCode()}`,
    customsCode: String(random.between(1_000_000, 99_999_999) * 100 + random.between(10, 99)),
    batch: faker.string.alphanumeric({ length: 10, casing: "upper" }),
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
    price_amount: euroCents,
    list_price_amount: listPrice,
    currency: CURRENCY,
    rating_average: ratings === 0 ? 0 : Math.round((stars * 10) / ratings) / 10,
    rating_count: ratings,
    ...stock,
    supplier_name: faker.company.name(),
    supplier_country: faker.location.countryCode(),
    supplier_lead_time_days: random.between(2, 45),
    supplier_cost_amount: Math.round(euroCents * 0.45),
    supplier_cost_currency: CURRENCY,
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

/**
 * About 1 kB, as the contract says: what it is, how to look after it, and what the shop promises.
 */
function describe({ about, category, language }: Article): string {
  const care = language === "en" ? CARE[category] : undefined;
  return [about, care, PROMISE[language] ?? PROMISE["en"]].filter((text) => text !== undefined).join("\n\n");
}

/** What it cost before: a tenth to a half more, and a price as shops like it: `29.99`. */
function listPriceOf(euroCents: number, random: SeededRandom): number {
  const euros = Math.ceil((euroCents * random.between(110, 150)) / 10_000);
  return euros * 100 - 1;
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
  return widths.map((width) => ({
    url: `/media/products/${id}/${random.between(0x10000000, 0x7fffffff).toString(16)}-${width}.svg`,
    width,
    height: width,
    alt: random.chance(0.15) ? null : title,
  }));
}

/** How many ratings of one star, two stars … five stars. */
function drawRatings(random: SeededRandom): number[] {
  const volume = random.chance(0.04) ? 0 : random.between(1, 120);
  return [1, 1, 2, 5, 8].map((weight) => Math.floor(volume * weight * random.next()));
}
