import { generateArticles } from "../seed/articles.ts";
import type { Article } from "../seed/articles.ts";
import { hash32, seededRandom } from "../seed/random.ts";
import type { SeededRandom } from "../seed/random.ts";
import { countryOf, CURRENCY, DAY_MS, fakerOf, REFERENCE_MS, toDateTime, WAREHOUSES } from "../seed/shop.ts";
import type { Insert } from "../service/database.ts";

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
export function fill(insert: Insert): void {
  for (const article of generateArticles()) if (!article.isDiscontinued) insertProduct(article, insert);
}

/** The order of the draws decides what each product gets: do not reorder the members. */
function insertProduct(article: Article, insert: Insert): void {
  const { id, sku, title, subtitle, brand, euroCents } = article;
  const category = article.department.name;
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
function describe({ about, department, language }: Article): string {
  const care = language === "en" ? [department.care] : [];
  return [about, ...care, PROMISE[language] ?? PROMISE["en"]].join("\n\n");
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
