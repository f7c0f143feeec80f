import { html } from "./preact.js";
import { bytes, cacheUse, isRefused, ms } from "./format.js";

/** What the bar of a call is made of. */
const PARTS = ["connect", "wait", "body"];

/** What a request did and when: the layers, then each section with its calls. */
export function Waterfall({ request }) {
  const { layers, sections, calls } = request;
  const ends = [...layers, ...sections, ...calls].map(({ startMs, durationMs }) => startMs + durationMs);
  const total = Math.max(...ends, 1);
  const ticks = ticksOf(total);
  const named = new Set(sections.map(({ name }) => name));
  const loose = Map.groupBy(
    calls.filter(({ section }) => !named.has(section)),
    ({ section }) => section,
  );
  const row = (props) => html`<${Row} total=${total} ticks=${ticks} ...${props} />`;
  const callRows = (some) => some.map((call) => row(callRow(call)));
  return html`<table class="waterfall">
      <thead>
        <tr>
          <th class="what" scope="col">what</th>
          <th class="team" scope="col">owner</th>
          <th scope="col"><${Axis} ticks=${ticks} total=${total} /></th>
          <th class="time" scope="col">time</th>
        </tr>
      </thead>
      <tbody>
        ${layers.map((layer) =>
          row({ kind: "layer", name: layer.app, timed: layer, owner: layer.owner, tags: [[layer.name, ""]] }),
        )}
        ${sections.map((section) => [
          row({
            kind: `section ${section.outcome}`,
            name: section.name,
            timed: section,
            tags: sectionTags(section),
          }),
          callRows(calls.filter((call) => call.section === section.name)),
        ])}
        ${[...loose].map(([section, some]) => [
          section !== null && row({ kind: "section", name: section, timed: extentOf(some) }),
          callRows(some),
        ])}
      </tbody>
    </table>
    <${Legend} />`;
}

function Row({
  kind,
  name,
  owner = null,
  timed,
  tags = [],
  parts = [],
  critical = false,
  total,
  ticks,
  title,
}) {
  const at = (value) => `${(value / total) * 100}%`;
  const { startMs, durationMs } = timed;
  const style = { "--from": at(startMs), "--long": at(durationMs) };
  return html`<tr class=${`${kind} ${critical ? "critical" : ""}`} title=${title}>
    <th class="what" scope="row">
      <span><b>${name}</b>${tags.map(([text, mood]) => html`<span class=${`tag ${mood}`} key=${text}>${text}</span>`)}</span>
    </th>
    <td class="team soft">${owner ?? ""}</td>
    <td>
      <div class="track" style=${style} aria-hidden="true">
        ${ticks.map((tick) => html`<i class="grid" key=${tick} style=${{ left: at(tick) }}></i>`)}
        <div class="bar" style=${{ left: at(startMs), width: at(durationMs) }}>
          ${parts.map(
            ([part, value]) =>
              html`<i class=${part} key=${part} style=${{ width: `${(value / Math.max(durationMs, 0.001)) * 100}%` }}></i>`,
          )}
        </div>
      </div>
    </td>
    <td class="time">
      <b>${ms(durationMs)}</b>${critical && html`<span class="hidden-label"> on the critical path</span>`}
    </td>
  </tr>`;
}

function sectionTags({ outcome, reason }) {
  if (outcome === "ok") return [];
  return [[reason === null ? outcome : `${outcome}: ${reason}`, outcome === "failed" ? "bad" : "warn"]];
}

function callRow(call) {
  const { upstream, operation, owner, parts, outcome, critical, leftMs, address, status } = call;
  const name = `${upstream}.${operation}`;
  const facts = [
    address,
    status === null ? null : `status ${status}`,
    bytes(call.bytes),
    leftMs === null ? null : `${ms(leftMs)} of the deadline left at its start`,
    call.note,
  ];
  const lost = outcome === "abandoned";
  return {
    kind: `call ${lost ? "lost" : outcome === "ok" ? "" : "bad"} ${call.cache === "coalesced" ? "shared" : ""}`,
    name,
    owner,
    timed: call,
    critical,
    tags: callTags(call),
    title: facts.filter((fact) => fact !== null).join(" · "),
    parts: PARTS.map((part) => [part, parts[`${part}Ms`] ?? 0]).filter(([, value]) => value > 0),
  };
}

/** What a tag of the cache's looks like; what is not here is good. */
const CACHE_MOODS = { miss: "", stale: "warn" };

function callTags(call) {
  const { kind, attempt, outcome, cache, parts, status } = call;
  const tags = [];
  if (kind === "retry") tags.push([`retry ${attempt - 1}`, "warn"]);
  if (kind === "hedge") tags.push(outcome === "ok" ? ["hedge won", "good"] : ["hedge lost", ""]);
  if (cache !== "none")
    tags.push([cacheUse(call), CACHE_MOODS[call.notKept === null ? cache : "stale"] ?? "good"]);
  if (isRefused(call)) tags.push(["breaker open", "bad"]);
  if (isRefused(call) && call.address === null) return tags;
  if (outcome === "abandoned" && kind !== "hedge") tags.push(["given up", ""]);
  else if (outcome !== "ok" && kind !== "hedge")
    tags.push([status === null || status < 400 ? outcome : `${outcome} ${status}`, "bad"]);
  if ((parts.queueMs ?? 0) >= 1) tags.push([`queued ${ms(parts.queueMs)}`, "warn"]);
  return tags;
}

function extentOf(calls) {
  const startMs = Math.min(...calls.map((call) => call.startMs));
  return { startMs, durationMs: Math.max(...calls.map((call) => call.startMs + call.durationMs)) - startMs };
}

function Axis({ ticks, total }) {
  return html`<div class="axis" aria-hidden="true">
    ${ticks.map((tick) => html`<span key=${tick} style=${{ left: `${(tick / total) * 100}%` }}>${tick} ms</span>`)}
  </div>`;
}

/** Four to eight round numbers. */
function ticksOf(total) {
  const rough = total / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power;
  const ticks = [];
  for (let tick = 0; tick < total * 0.97; tick += step) ticks.push(Math.round(tick * 1_000) / 1_000);
  return ticks;
}

function Legend() {
  return html`<p class="legend waterfall">
    ${PARTS.map((part) => html`<span key=${part} style=${{ "--swatch": `var(--${part})` }}>${part}</span>`)}
    <span class="path">critical path: what the answer waited for</span>
  </p>`;
}
