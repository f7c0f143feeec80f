import type { Article } from "./assortment.ts";
import { NEIGHBOUR } from "./categories.ts";
import { hash32, seededRandom } from "./random.ts";
import type { SeededRandom } from "./random.ts";
import { DAY_MS, REFERENCE_MS } from "./reference.ts";

/** Draws what people put into one basket. */
export interface BasketSource {
  /** Between `minLines` and 6 different articles. */
  draw(placedAt: number, minLines: number): Article[];
}

/** The last day on which an article that the catalog no longer has could be bought. */
const DISCONTINUED_MS = REFERENCE_MS - 150 * DAY_MS;

const MAX_LINES = 6;

/**
 * Baskets with a pattern in them: a few articles sell far more than the rest, and each has companions that people
 * take along. Without it "bought together" would be noise, and recommendations would have nothing to find.
 */
export function basketSource(articles: readonly Article[], random: SeededRandom): BasketSource {
  const drawPopular = popularityDraw(articles, random);
  const companions = new Map(articles.map((article) => [article.id, companionsOf(article, articles)]));
  return {
    draw(placedAt, minLines) {
      const wanted = drawSize(random, minLines);
      const basket = new Set<Article>();
      let previous = drawPopular();
      while (basket.size < wanted) {
        const candidate =
          basket.size > 0 && random.chance(0.65)
            ? random.pick(companions.get(previous.id) ?? articles)
            : drawPopular();
        if (candidate.isDiscontinued && placedAt > DISCONTINUED_MS) continue;
        basket.add(candidate);
        previous = candidate;
      }
      return [...basket];
    },
  };
}

/** 1 to 6 lines, about 3.3 on average; a basket of six is rare. */
function drawSize(random: SeededRandom, minLines: number): number {
  const size = random.pick([1, 2, 2, 3, 3, 3, 4, 4, 5, 6]);
  return size >= minLines ? size : random.between(minLines, MAX_LINES);
}

/** Sales fall off as 1/(rank + 12): some 20% of the articles make half of the sales. */
function popularityDraw(articles: readonly Article[], random: SeededRandom): () => Article {
  const ranked = articles.toSorted((a, b) => hash32(`rank ${a.id}`) - hash32(`rank ${b.id}`));
  let total = 0;
  const cumulative = ranked.map((_, rank) => (total += 1 / (rank + 12)));
  return () => {
    const target = random.next() * total;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? total) > target) high = middle;
      else low = middle + 1;
    }
    return ranked[low] ?? random.pick(ranked);
  };
}

function companionsOf(article: Article, articles: readonly Article[]): Article[] {
  const random = seededRandom(hash32(`companions ${article.id}`));
  const related = articles.filter(
    (other) =>
      other !== article &&
      (other.category === article.category || other.category === NEIGHBOUR[article.category]),
  );
  return Array.from({ length: 8 }, () => random.pick(related));
}
