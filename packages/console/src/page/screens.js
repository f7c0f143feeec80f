import { html } from "./preact.js";
import { bytes, count, ms, percent } from "./format.js";
import { Graph } from "./graph.js";
import { useJson } from "./live.js";

/** Every screen: what it is made of, what it uses of its budget, and what to look at. */
export function Screens({ live, chosen }) {
  const newest = live.requests[0]?.key ?? "";
  const screens = useJson("/screens.json", newest);
  const fields = useJson("/fields.json", newest) ?? [];
  if (screens === undefined) return html`<p class="empty">Loading …</p>`;
  const idOf = ({ app, name }) => `${app}.${name}`;
  const known = screens.filter(({ definition, sections }) => definition !== undefined || sections.length > 0);
  const current =
    known.find((screen) => idOf(screen) === chosen) ?? known.toSorted((a, b) => b.requests - a.requests)[0];
  if (current === undefined) return html`<p class="card empty">No screen yet.</p>`;
  return html`<div class="split screens">
    <nav class="card list" aria-label="Screens">
      <ol>
        ${known.map(
          (screen) =>
            html`<li key=${idOf(screen)}>
              <a
                class="entry"
                href=${`#screens/${idOf(screen)}`}
                aria-current=${screen === current ? "true" : undefined}
              >
                <b>${screen.name}</b><span class="ms">${screen.requests === 0 ? "" : ms(screen.durationMs.p95)}</span>
                <span class="soft">${screen.app}</span><span class="soft">${count(screen.requests, "request")}</span>
                <${Outcomes} outcomes=${screen.outcomes} />
              </a>
            </li>`,
        )}
      </ol>
    </nav>
    <${Screen} screen=${current} fields=${fields.filter((one) => one.app === current.app && one.screen === current.name)} />
  </div>`;
}

function Screen({ screen, fields }) {
  const { name, app, owner, definition, requests, outcomes, advice } = screen;
  return html`<article class="screen" aria-labelledby="title">
    <div class="card detail">
      <header>
        <h1 id="title">${name}</h1>
        <span class="soft">${app}${owner === null ? "" : ` · ${owner}`}</span>
        ${definition && html`<span class="mono soft">${definition.path}</span>`}
      </header>
      <${Graph} screen=${screen} />
    </div>
    <div class="columns">
      <section class="card panel">
        <h2>Budget, half of the requests and 95%</h2>
        <${Budget} screen=${screen} />
      </section>
      <section class="card panel">
        <h2>Outcomes of ${count(requests, "request")}</h2>
        <div class="pad">
          <${Outcomes} outcomes=${outcomes} />
          <ul class="outcomes">
            ${Object.entries(outcomes).map(
              ([outcome, number]) =>
                html`<li key=${outcome}><span class=${`pill ${outcome}`}>${outcome}</span> ${number} (${percent(number / requests)})</li>`,
            )}
          </ul>
        </div>
      </section>
    </div>
    <section class="card panel">
      <h2>What to look at</h2>
      ${
        advice.length === 0
          ? html`<p class="pad soft">${requests < 10 ? "Ten requests are needed before anything can be said." : "Nothing stands out in the last five minutes."}</p>`
          : html`<ul class="advice">${advice.map((sentence) => html`<li key=${sentence}>${sentence}</li>`)}</ul>`
      }
    </section>
    <${Unread} fields=${fields} />
  </article>`;
}

function Outcomes({ outcomes }) {
  const total = Object.values(outcomes).reduce((sum, number) => sum + number, 0);
  return html`<span class="mix" aria-hidden="true">
    ${["complete", "degraded", "failed", "refused"].map(
      (outcome) =>
        html`<i class=${outcome} key=${outcome} style=${{ width: `${((outcomes[outcome] ?? 0) / Math.max(total, 1)) * 100}%` }}></i>`,
    )}
  </span>`;
}

function Budget({ screen }) {
  const { definition, durationMs, calls, bytes: size } = screen;
  const rows = [
    ["time", durationMs, definition?.budget.deadlineMs, ms],
    ["calls", calls, definition?.budget.upstreamCalls, String],
    ["bytes", size, definition?.budget.bytes, bytes],
  ];
  return html`<dl class="budget">
    ${rows.map(([label, used, most, form]) => {
      if (used === undefined)
        return html`<div key=${label}><dt>${label}</dt><dd class="soft">no answer is kept</dd></div>`;
      const [half, share] = [used.p50, used.p95].map((value) => (most === undefined ? 0 : value / most));
      return html`<div key=${label}>
        <dt>${label}</dt>
        <dd>
          <span class=${`meter ${share > 1 ? "over" : ""}`} aria-hidden="true">
            <i style=${{ width: `${Math.min(share, 1) * 100}%` }}></i>
            <i class="half" style=${{ width: `${Math.min(half, 1) * 100}%` }}></i>
          </span>
          <span>${form(used.p50)} · <b>${form(used.p95)}</b>${most === undefined ? "" : html` <span class="soft">of ${form(most)}</span>`}</span>
        </dd>
      </div>`;
    })}
  </dl>`;
}

/** What the services send that this screen does not read. */
function Unread({ fields }) {
  return html`<section class="card panel">
    <h2>Fields that it does not read</h2>
    ${
      fields.length === 0 &&
      html`<p class="pad soft">Nothing is known yet: a second or two after its first request, it is.</p>`
    }
    ${fields.map(({ upstream, operation, requests, unread }) => {
      const share = unread.reduce((sum, field) => sum + field.share, 0);
      return html`<details class="unread" key=${upstream + operation}>
        <summary>
          <b>${upstream}.${operation}</b>
          <span class="soft">${percent(share)} of its bytes, in ${count(requests, "request")}</span>
          <span class="meter" aria-hidden="true"><i style=${{ width: `${share * 100}%` }}></i></span>
        </summary>
        <ul>
          ${unread.map(
            (field) =>
              html`<li key=${field.pointer}>
                <span class="mono">${field.pointer}</span><span>${bytes(field.bytes)}</span><span>${percent(field.share)}</span>
              </li>`,
          )}
        </ul>
      </details>`;
    })}
  </section>`;
}
