/** The sample shop's departments. */
export const CATEGORIES = [
  "kitchen",
  "garden",
  "audio",
  "computing",
  "photography",
  "toys",
  "sports",
  "outdoor",
  "beauty",
  "grocery",
  "books",
  "home-textiles",
  "lighting",
  "tools",
] as const;

export type Category = (typeof CATEGORIES)[number];

/** Taxed at the reduced rate where a country has one. */
export const REDUCED_TAX: ReadonlySet<Category> = new Set(["grocery", "books"]);

/** The department whose goods are often taken along. */
export const NEIGHBOUR: Readonly<Record<Category, Category>> = {
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
};
