import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hash32, seededRandom } from "./random.ts";

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
  subtitle: string;
  brand: string;
  /** One to four sentences that are about nothing else, in `language`. */
  about: string;
  /** BCP 47 */
  language: string;
  category: string;
  /** The department whose goods are often bought with it. */
  neighbour: string;
  euroCents: number;
  /**
   * Its picture: the name of a drawing (`service/drawings.ts`), and the hue of its colour, 0 to
   * 359.
   */
  drawing: string;
  hue: number;
  /** Sold once, and no longer in the catalog. */
  isDiscontinued: boolean;
}

/**
 * One line per article: category | drawing | hue | language | euros | brand | title | subtitle |
 * text. The titles of the first eight break naive escaping; that of the eighth has a zero-width
 * space.
 */
const LIST = join(import.meta.dirname, "products.txt");
const DISCONTINUED: ReadonlySet<string> = new Set(["prd_0054", "prd_0099"]);

/** Every article that was ever sold, by id. */
export function generateArticles(): Article[] {
  return readFileSync(LIST, "utf8")
    .trim()
    .split("\n")
    .map((line, index) => articleOf(line, index + 1));
}

function articleOf(line: string, number: number): Article {
  const [category = "", drawing = "", hue, language = "", euros, brand = "", title = "", ...texts] =
    line.split("|");
  const [subtitle = "", about = ""] = texts;
  const neighbour = Object.entries(NEIGHBOUR).find(([name]) => name === category)?.[1];
  if (neighbour === undefined) throw new RangeError(`no department '${category}' in the sample shop`);
  const id = `prd_${String(number).padStart(4, "0")}`;
  const random = seededRandom(hash32(id));
  return {
    id,
    sku: `${category.slice(0, 3).toUpperCase()}-${random.between(100_000, 999_999)}-${number}`,
    title,
    subtitle,
    brand,
    about,
    language,
    category,
    neighbour,
    euroCents: Math.round(Number(euros) * 100),
    drawing,
    hue: Number(hue),
    isDiscontinued: DISCONTINUED.has(id),
  };
}
