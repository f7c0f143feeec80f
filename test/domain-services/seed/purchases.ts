import { generateAccounts } from "./accounts.ts";
import type { Account } from "./accounts.ts";
import { generateArticles } from "./articles.ts";
import type { Article } from "./articles.ts";
import { hash32, seededRandom } from "./random.ts";
import type { SeededRandom } from "./random.ts";
import { DAY_MS, HOUR_MS, REFERENCE_MS } from "./shop.ts";

/** Which articles a user bought together, and when. The recommendations learn from these. */
export interface Purchase {
  account: Account;
  /** Epoch ms. */
  placedAt: number;
  /** 1 to 6, all different. */
  articles: Article[];
}

/** Orders were placed in the three years before the reference date. */
const FIRST_ORDER_MS = REFERENCE_MS - 3 * 365 * DAY_MS;
/** The last day on which an article could be bought that is no longer in the catalog. */
const DISCONTINUED_MS = REFERENCE_MS - 150 * DAY_MS;
/** The sizes of baskets, each as often as it is drawn; 3.3 lines on average. */
const BASKET_SIZES = [1, 2, 2, 3, 3, 3, 4, 4, 5, 6];

/** Every purchase, oldest first. */
export function generatePurchases(): Purchase[] {
  const random = seededRandom(0xba5ce7);
  const moments = generateAccounts().flatMap((account) =>
    drawMoments(account, random).map((placedAt) => ({ account, placedAt })),
  );
  // The sort is stable: two orders of the same millisecond keep the order of their users.
  moments.sort((a, b) => a.placedAt - b.placedAt);
  const drawBasket = basketDraw(generateArticles(), random);
  return moments.map(({ account, placedAt }) => ({
    account,
    placedAt,
    articles: drawBasket(account, placedAt),
  }));
}

function drawMoments(account: Account, random: SeededRandom): number[] {
  const last = account.lastSeenAt ?? REFERENCE_MS;
  const first = Math.max(FIRST_ORDER_MS, account.createdAt);
  return Array.from({ length: account.orderCount }, (_, index) =>
    index === 0 && account.hasFreshOrder
      ? REFERENCE_MS - random.between(HOUR_MS, 20 * HOUR_MS)
      : random.between(first, last),
  );
}

/**
 * Draws baskets with a pattern in them: a few articles sell far more than the others, and each
 * article has companions. Without a pattern, recommendations would have nothing to find.
 */
function basketDraw(
  articles: readonly Article[],
  random: SeededRandom,
): (account: Account, placedAt: number) => Article[] {
  const drawPopular = popularityDraw(articles, random);
  const companions = new Map(articles.map((article) => [article, companionsOf(article, articles)]));
  return ({ id, minLines }, placedAt) => {
    const size = random.pick(BASKET_SIZES);
    const wanted = size >= minLines ? size : random.between(minLines, 6);
    const basket = new Set<Article>();
    let previous = drawPopular();
    while (basket.size < wanted) {
      const isCompanion = basket.size > 0 && random.chance(0.65);
      const candidate = isCompanion ? random.pick(companions.get(previous) ?? articles) : drawPopular();
      if (!isToTasteOf(id, candidate)) continue;
      if (candidate.isDiscontinued && placedAt > DISCONTINUED_MS) continue;
      basket.add(candidate);
      previous = candidate;
    }
    return [...basket];
  };
}

/** Everyone likes about half of the shop: even the best customers can be shown something new. */
function isToTasteOf(accountId: string, { id }: Article): boolean {
  return hash32(`taste ${accountId} ${id}`) % 2 === 0;
}

/** Sales fall as 1/(rank + 12): about 20% of the articles make half of the sales. */
function popularityDraw(articles: readonly Article[], random: SeededRandom): () => Article {
  const ranked = articles.toSorted((a, b) => hash32(`rank ${a.id}`) - hash32(`rank ${b.id}`));
  let total = 0;
  const cumulative = ranked.map((_, rank) => (total += 1 / (rank + 12)));
  return () => {
    const target = random.next() * total;
    return ranked[cumulative.findIndex((sum) => sum > target)] ?? random.pick(ranked);
  };
}

function companionsOf(article: Article, articles: readonly Article[]): Article[] {
  const random = seededRandom(hash32(`companions ${article.id}`));
  const { name, neighbour } = article.department;
  const related = articles.filter(
    (other) => other !== article && [name, neighbour].includes(other.department.name),
  );
  return Array.from({ length: 8 }, () => random.pick(related));
}
