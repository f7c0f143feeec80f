import { html, useEffect, useMemo, useRef, useState } from "./preact.js";
import { Detail } from "./detail.js";
import { clock, count, ms } from "./format.js";
import { firstToSee, SLOW_MS } from "./list.js";

/** How many rows the list begins with: a thousand make each new request slow to draw. */
const ROWS = 100;
/** So long one with something wrong is shown before the next of its kind takes its place, ms. */
const READING_MS = 10_000;
const NO_FILTER = { app: "", screen: "", outcome: "", user: "", slow: false };

/** Requests as they come, and the one that is chosen. */
export function Requests({ live, chosen }) {
  const [filter, setFilter] = useState(NO_FILTER);
  const [rows, setRows] = useState(ROWS);
  // Rows do not move while somebody points at one.
  const [held, hold] = useState(undefined);
  const requests = held ?? live.requests;
  const shown = useMemo(() => requests.filter((one) => matches(one, filter)), [requests, filter]);
  const first = useReadable(shown.slice(0, rows));
  const current = live.requests.find(({ key, id }) => key === chosen || id === chosen) ?? first;
  const list = useRef(null);
  useEffect(() => {
    const onKey = (event) => {
      if (event.target.closest("input, select, textarea") || event.metaKey || event.ctrlKey) return;
      if (event.key === "/") {
        event.preventDefault();
        document.getElementById("user")?.focus();
      }
      const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
      const inList = list.current?.contains(event.target) || event.key === "j" || event.key === "k";
      if (step === undefined || !inList) return;
      event.preventDefault();
      const next = shown[shown.findIndex(({ key }) => key === current?.key) + step];
      if (next === undefined) return;
      setRows((before) => Math.max(before, shown.indexOf(next) + 1));
      location.hash = `requests/${next.key}`;
      requestAnimationFrame(() => list.current?.querySelector("[aria-current]")?.focus());
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [shown, current]);

  if (live.requests.length === 0) return html`<${Nothing} />`;
  const slowest = Math.max(...shown.map(({ durationMs }) => durationMs), 1);
  return html`<div class="split">
    <section class="card list" aria-label="Requests">
      <${Filters} requests=${live.requests} filter=${filter} setFilter=${setFilter} />
      <ol
        ref=${list}
        onPointerEnter=${() => hold(live.requests)}
        onPointerLeave=${() => hold(undefined)}
      >
        ${shown.slice(0, rows).map(
          (one) =>
            html`<li key=${one.key}>
              <${Entry} request=${one} slowest=${slowest} isCurrent=${one.key === current?.key} />
            </li>`,
        )}
        ${
          shown.length > rows &&
          html`<li class="more" key="more">
          <button class="button" onClick=${() => setRows(rows + ROWS)}>Show older ones</button>
        </li>`
        }
      </ol>
      <p class="count">
        ${count(shown.length, "request")}${shown.length < requests.length ? ` of ${requests.length}` : ""}${" · "}
        ${held !== undefined && held !== live.requests ? "held under the pointer" : "j and k move, / filters"}
      </p>
    </section>
    ${current && html`<${Detail} summary=${current} />`}
  </div>`;
}

/** The first to see, which stays for a while where many with the same outcome come. */
function useReadable(shown) {
  const seen = useRef({ key: undefined, since: 0 });
  const first = firstToSee(shown);
  const before = shown.find(({ key }) => key === seen.current.key);
  const isKept = before?.outcome !== "complete" && before?.outcome === first?.outcome;
  if (isKept && Date.now() - seen.current.since < READING_MS) return before;
  if (first?.key !== seen.current.key) seen.current = { key: first?.key, since: Date.now() };
  return first;
}

function Entry({ request, slowest, isCurrent }) {
  const { key, screen, app, outcome, durationMs, at, user, status, problem, sections, trouble } = request;
  const lacking = sections.filter((section) => section.outcome !== "ok");
  return html`<button
    class="entry"
    aria-current=${isCurrent ? "true" : undefined}
    onClick=${() => (location.hash = `requests/${key}`)}
  >
    <b>${screen}</b><span class="ms">${ms(durationMs)}</span>
    <span class="soft">${clock(at)} · ${app}${user === null ? "" : ` · user ${user}`}</span>
    <span class=${`pill ${outcome}`}>${outcome}${outcome === "refused" ? ` ${status}` : ""}</span>
    ${trouble.length > 0 && html`<span class="soft">${trouble.join(", ")}</span><span></span>`}
    ${
      lacking.length > 0 &&
      html`<span class="soft">${lacking.map(({ name, reason }) => `${name}: ${reason ?? "failed"}`).join(", ")}</span>
      <span></span>`
    }
    ${lacking.length === 0 && problem !== null && html`<span class="soft">${problem}</span><span></span>`}
    <span class=${`speed ${outcome}`} style=${{ width: `${(durationMs / slowest) * 100}%` }}></span>
  </button>`;
}

function Filters({ requests, filter, setFilter }) {
  const set = (name) => (event) => setFilter({ ...filter, [name]: event.target.value });
  const values = (name) =>
    [...new Set(requests.map((one) => one[name]))].toSorted((a, b) => a.localeCompare(b));
  const choice = (name, label) =>
    html`<label class="hidden-label" for=${`filter-${name}`}>${label}</label>
      <select id=${`filter-${name}`} value=${filter[name]} onChange=${set(name)}>
        <option value="">${label}</option>
        ${values(name).map((value) => html`<option key=${value} value=${value}>${value}</option>`)}
      </select>`;
  return html`<form class="filters" aria-label="Filters" onSubmit=${(event) => event.preventDefault()}>
    ${choice("app", "every app")} ${choice("screen", "every screen")} ${choice("outcome", "every outcome")}
    <label class="hidden-label" for="user">User</label>
    <input id="user" type="search" placeholder="user" value=${filter.user} onInput=${set("user")} />
    <button
      class="button"
      type="button"
      aria-pressed=${filter.slow ? "true" : "false"}
      onClick=${() => setFilter({ ...filter, slow: !filter.slow })}
    >
      slow
    </button>
  </form>`;
}

function matches(request, { app, screen, outcome, user, slow }) {
  return (
    (app === "" || request.app === app) &&
    (screen === "" || request.screen === screen) &&
    (outcome === "" || request.outcome === outcome) &&
    (user === "" || request.user === user.trim()) &&
    (!slow || request.durationMs > SLOW_MS)
  );
}

function Nothing() {
  return html`<div class="card empty">
    <h1>No request yet</h1>
    <p>Open the store, or send one of the requests that <code>npm start</code> printed. It appears here at once.</p>
  </div>`;
}
