import { html, useEffect, useMemo, useRef, useState } from "./preact.js";
import { Detail } from "./detail.js";
import { clock, count, ms } from "./format.js";
import { firstToSee } from "./verdict.js";

/** A request that takes longer is slow, ms: what a person begins to notice. */
const SLOW_MS = 300;
const NO_FILTER = { app: "", screen: "", outcome: "", user: "", slow: false };

/** Requests as they come, and the one that is chosen. */
export function Requests({ live, chosen }) {
  const [filter, setFilter] = useState(NO_FILTER);
  const shown = useMemo(() => live.requests.filter((one) => matches(one, filter)), [live.requests, filter]);
  const current = live.requests.find(({ key, id }) => key === chosen || id === chosen) ?? firstToSee(shown);
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
      <ol ref=${list}>
        ${shown.map(
          (one) =>
            html`<li key=${one.key}>
              <${Entry} request=${one} slowest=${slowest} isCurrent=${one.key === current?.key} />
            </li>`,
        )}
      </ol>
      <p class="count">
        ${count(shown.length, "request")}${shown.length < live.requests.length ? ` of ${live.requests.length}` : ""} ·
        j and k move, / filters
      </p>
    </section>
    ${current && html`<${Detail} summary=${current} key=${current.key} />`}
  </div>`;
}

function Entry({ request, slowest, isCurrent }) {
  const { key, screen, app, outcome, durationMs, at, user, status, problem, sections, retried } = request;
  const lacking = sections.filter((section) => section.outcome !== "ok");
  return html`<button
    class="entry new"
    aria-current=${isCurrent ? "true" : undefined}
    onClick=${() => (location.hash = `requests/${key}`)}
  >
    <b>${screen}</b><span class="ms">${ms(durationMs)}</span>
    <span class="soft">${clock(at)} · ${app}${user === null ? "" : ` · user ${user}`}</span>
    <span class=${`pill ${outcome}`}>${outcome}${outcome === "refused" ? ` ${status}` : ""}</span>
    ${retried && html`<span class="soft">retried</span><span></span>`}
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
    html`<label class="hidden-label" for=${name}>${label}</label>
      <select id=${name} value=${filter[name]} onChange=${set(name)}>
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
