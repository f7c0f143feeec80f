import { html } from "./preact.js";
import { ms, percent } from "./format.js";

const ROW = 62;
const BOX = { width: 232, height: 48 };
const COLUMNS = [16, 316, 616];

/** A screen, its sections and the services they ask, as a graph; its label says it in words. */
export function Graph({ screen }) {
  const services = new Map(
    screen.sections.flatMap(({ upstreams }) => upstreams.map((upstream) => [nameOf(upstream), upstream])),
  );
  const names = [...services.keys()];
  const rows = Math.max(screen.sections.length, names.length, 1);
  const height = rows * ROW + 12;
  const yOf = (index, of) => 12 + ((rows - of) * ROW) / 2 + index * ROW;
  const middle = yOf(0, 1);
  const sections = screen.sections.map((section, index, { length }) => {
    return { section, y: yOf(index, length), isLate: section.last >= 0.5 };
  });
  const edge = (column, fromY, toY, isStrong) => {
    const [x1, x2] = [COLUMNS[column] + BOX.width, COLUMNS[column + 1]];
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
      ${sections.map(({ section, y, isLate }) => [
        edge(0, middle, y, isLate),
        section.upstreams.map((one) => edge(1, y, yOf(names.indexOf(nameOf(one)), names.length), isLate)),
      ])}
      ${box(0, middle, screen.name, screen.requests === 0 ? screen.app : `95% within ${ms(screen.durationMs.p95)}`, "root")}
      ${sections.map(({ section, y, isLate }) =>
        box(1, y, section.name, aboutSection(section), isLate ? "late" : ""),
      )}
      ${names.map((name, index) => {
        const { p95, owner } = services.get(name);
        return box(2, yOf(index, names.length), name, `${owner ?? "no owner"} · ${ms(p95)}`, "service");
      })}
    </svg>
  </div>`;
}

const nameOf = ({ name, operation }) => `${name}.${operation}`;

function aboutSection({ required, durationMs, last }) {
  const kind = required === undefined ? "" : required ? "required · " : "optional · ";
  return `${kind}${ms(durationMs.p95)}${last > 0 ? ` · last in ${percent(last)}` : ""}`;
}

function short(text, most = 26) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
