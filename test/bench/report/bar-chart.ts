/**
 * A bar of a chart: what it is of, its length, what is written behind it, and how far its
 * measurements spread.
 */
export type Bar = {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Drawn in the strong colour. */
  readonly strong: boolean;
};

const WIDTH = 860;
const ROW = 26;
const HEAD = 44;
const TEXTS = 70;
/** About what a character of a label takes. */
const CHARACTER = 7;

/**
 * Colours for a light page and a dark one: a picture in a page follows the reader's system, and no
 * script.
 */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .bar { fill: #8c959f }
  .strong { fill: #0969da }
  .spread { stroke: #24292f; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .bar { fill: #6e7681 }
    .strong { fill: #4493f8 }
    .spread { stroke: #e6edf3 }
  }
`;

/** Draws horizontal bars on one scale, as SVG. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const left = 24 + CHARACTER * Math.max(...bars.map(({ label }) => label.length));
  const longest = Math.max(...bars.flatMap(({ value, to }) => [value, to]), Number.MIN_VALUE);
  const scale = (WIDTH - left - TEXTS) / longest;
  const x = (value: number): string => (left + value * scale).toFixed(1);
  const rows = bars.flatMap(({ label, value, text, from, to, strong }, index) => {
    const y = HEAD + index * ROW;
    const middle = y + ROW / 2;
    const end = Math.max(value, to) * scale + left + 8;
    return [
      `<text x="${left - 10}" y="${middle + 4}" text-anchor="end">${escape(label)}</text>`,
      `<rect class="bar${strong ? " strong" : ""}" x="${left}" y="${y + 4}" width="${(value * scale).toFixed(1)}" height="${ROW - 8}" rx="2"/>`,
      `<line class="spread" x1="${x(from)}" x2="${x(to)}" y1="${middle}" y2="${middle}"/>`,
      `<text x="${end.toFixed(1)}" y="${middle + 4}">${escape(text)}</text>`,
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEAD + bars.length * ROW + 12}" role="img">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<text class="title" x="12" y="28">${escape(title)}</text>
${rows.join("\n")}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
