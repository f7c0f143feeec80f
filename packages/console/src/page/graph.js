import { html } from "./preact.js";
import { ms, percent } from "./format.js";

const ROW = 62;
const BOX = { width: 232, height: 48 };
const COLUMNS = [16, 316, 616];

/**
 * A screen, its sections and the services that they ask, as a graph. Its text is in the table below
 * it for readers.
 */
export function Graph({ screen }) {
  const services = new Map();
  for (const { upstreams } of screen.sections) {
    for (const upstream of upstreams) services.set(`${upstream.name}.${upstream.operation}`, upstream);
  }
  const names = [...services.keys()];
  const rows = Math.max(screen.sections.length, names.length, 1);
  const height = rows * ROW + 12;
  const yOf = (index, of) => 12 + ((rows - of) * ROW) / 2 + index * ROW;
  const middle = yOf(0, 1);
  const edge = (fromColumn, fromY, toColumn, toY, isStrong) => {
    const [x1, x2] = [COLUMNS[fromColumn] + BOX.width, COLUMNS[toColumn]];
    const [y1, y2] = [fromY + BOX.height / 2, toY + BOX.height / 2];
    const bend = (x1 + x2) / 2;
    return html`<path class=${isStrong ? "edge strong" : "edge"} d=${`M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`} />`;
  };
  const box = (column, y, title, about, mood) =>
    html`<g transform=${`translate(${COLUMNS[column]} ${y})`} class=${`box ${mood}`}>
      <rect width=${BOX.width} height=${BOX.height} rx="9" />
      <text x="13" y="20" class="title">${short(title)}</text>
      <text x="13" y="37" class="about">${short(about, 38)}</text>
    </g>`;
  const label = `${screen.name}: ${screen.sections.map(({ name, upstreams }) => `${name} asks ${upstreams.map((one) => one.name).join(", ") || "no service"}`).join("; ")}`;
  return html`<div class="scroll">
    <svg class="graph" viewBox=${`0 0 864 ${height}`} role="img" aria-label=${label}>
      ${screen.sections.map((section, index) => [
        edge(0, middle, 1, yOf(index, screen.sections.length), section.last >= 0.5),
        section.upstreams.map((one) =>
          edge(
            1,
            yOf(index, screen.sections.length),
            2,
            yOf(names.indexOf(`${one.name}.${one.operation}`), names.length),
            section.last >= 0.5,
          ),
        ),
      ])}
      ${box(0, middle, screen.name, screen.requests === 0 ? screen.app : `95% within ${ms(screen.durationMs.p95)}`, "root")}
      ${screen.sections.map((section, index) =>
        box(
          1,
          yOf(index, screen.sections.length),
          section.name,
          aboutSection(section),
          section.last >= 0.5 ? "late" : "",
        ),
      )}
      ${names.map((name, index) => {
        const { p95, owner } = services.get(name);
        return box(2, yOf(index, names.length), name, `${owner ?? "no owner"} · ${ms(p95)}`, "service");
      })}
    </svg>
  </div>`;
}

function aboutSection({ required, durationMs, last }) {
  const kind = required === undefined ? "" : required ? "required · " : "optional · ";
  return `${kind}${ms(durationMs.p95)}${last > 0 ? ` · last in ${percent(last)}` : ""}`;
}

function short(text, most = 26) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
