import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hash32, seededRandom } from "./random.ts";

/** The lines of a list in this folder, each as its cells, which `|` separates. */
export function linesOf(list: string): string[][] {
  const lines = readFileSync(join(import.meta.dirname, list), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => line.split("|").map((cell) => cell.trim()));
}

/** A department of the shop. */
export interface Department {
  name: string;
  /** The one whose goods are often bought with its own. */
  neighbour: string;
  /** The rate of tax, in countries that have two. */
  tax: "standard" | "reduced";
  /** How to look after its goods. */
  care: string;
}

/** The shop's departments. A line of the list: name | neighbour | tax | care. */
export const DEPARTMENTS: readonly Department[] = linesOf("departments.txt").map(
  ([name = "", neighbour = "", tax, care = ""]) => ({
    name,
    neighbour,
    tax: tax === "reduced" ? "reduced" : "standard",
    care,
  }),
);

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
  department: Department;
  euroCents: number;
  /** Its picture: the name of a drawing (`drawings.txt`), and the hue of its colour, 0 to 359. */
  drawing: string;
  hue: number;
  /** Sold once, and no longer in the catalog. */
  isDiscontinued: boolean;
}

const DISCONTINUED: ReadonlySet<string> = new Set(["prd_0054", "prd_0099"]);

/**
 * Every article that was ever sold, by id. A line of the list: department | drawing | hue |
 * language | euros | brand | title | subtitle | text. The titles of the first eight break naive
 * escaping; that of the eighth has a zero-width space.
 */
export function generateArticles(): Article[] {
  return linesOf("products.txt").map((cells, index) => articleOf(cells, index + 1));
}

function articleOf(cells: readonly string[], number: number): Article {
  const [name = "", drawing = "", hue, language = "", euros, brand = "", title = "", ...texts] = cells;
  const [subtitle = "", about = ""] = texts;
  const department = DEPARTMENTS.find((one) => one.name === name);
  if (department === undefined) throw new RangeError(`no department '${name}' in the sample shop`);
  const id = `prd_${String(number).padStart(4, "0")}`;
  const random = seededRandom(hash32(id));
  return {
    id,
    sku: `${name.slice(0, 3).toUpperCase()}-${random.between(100_000, 999_999)}-${number}`,
    title,
    subtitle,
    brand,
    about,
    language,
    department,
    euroCents: Math.round(Number(euros) * 100),
    drawing,
    hue: Number(hue),
    isDiscontinued: DISCONTINUED.has(id),
  };
}
