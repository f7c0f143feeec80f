import { html, useState } from "./preact.js";
import { bytes, cacheUse, clock, ms, reasonOf } from "./format.js";
import { useJson } from "./live.js";
import { verdictOf } from "./verdict.js";
import { Waterfall } from "./waterfall.js";

/** One request: what it did, and what the client got. */
export function Detail({ summary }) {
  const known = useJson(`/request.json?id=${summary.key}`, JSON.stringify(summary));
  if (known === undefined) return html`<section class="card empty">Loading …</section>`;
  const { screen, outcome, method, status, at, user, id, traceId, durationMs, exchange, errors } = known;
  return html`<article aria-labelledby="title">
    <div class="card detail">
      <header>
        <h1 id="title">${screen}</h1>
        <span class=${`pill ${outcome}`}>${outcome}</span>
        <span class="soft">${method} ${status} · ${ms(durationMs)}</span>
        <span class="actions"><${Actions} exchange=${exchange} key=${id} /></span>
      </header>
      <p class=${`verdict ${outcome}`}>${verdictOf(known)}</p>
      <dl class="facts">
        <div><dt>at</dt><dd>${clock(at)}</dd></div>
        ${user !== null && html`<div><dt>user</dt><dd>${user}</dd></div>`}
        <div><dt>app</dt><dd>${known.app} (${known.owner ?? "no owner in the catalogue"})</dd></div>
        ${exchange && html`<div><dt>answer</dt><dd>${bytes(exchange.bytes)}, ${exchange.contentType || "no body"}</dd></div>`}
        <div><dt>request</dt><dd class="mono">${id}</dd></div>
        <div><dt>trace</dt><dd class="mono">${traceId}</dd></div>
      </dl>
      <${Waterfall} request=${known} />
    </div>
    ${errors.map(
      (error) =>
        html`<div class="card panel" key=${error.at + error.message}>
          <h2 class="failed">${error.section === null ? "" : `${error.section}: `}${error.message}</h2>
          <pre>${error.stack}</pre>
        </div>`,
    )}
    ${known.calls.length > 0 && html`<${Calls} calls=${known.calls} />`}
    <${Answer} exchange=${exchange} />
  </article>`;
}

/** What the table says of each call, by its head. */
const COLUMNS = {
  call: ({ upstream, operation }) => `${upstream}.${operation}`,
  attempt: ({ kind, attempt }) => `${kind} ${attempt}`,
  queue: ({ parts }) => ms(parts.queueMs),
  connect: ({ parts }) => ms(parts.connectMs),
  wait: ({ parts }) => ms(parts.waitMs),
  body: ({ parts }) => ms(parts.bodyMs),
  "deadline left": ({ leftMs }) => ms(leftMs),
  status: ({ status }) => status ?? "–",
  bytes: (call) => bytes(call.bytes),
  cache: cacheUse,
  address: ({ address }) => address ?? "–",
  "why it failed": (call) => reasonOf(call) ?? "–",
};

function Calls({ calls }) {
  const columns = Object.entries(COLUMNS);
  return html`<details class="card panel">
    <summary>Calls in numbers</summary>
    <div class="scroll">
      <table class="calls-table">
        <thead>
          <tr>${columns.map(([head]) => html`<th scope="col" key=${head}>${head}</th>`)}</tr>
        </thead>
        <tbody>
          ${calls.map(
            (call, index) =>
              html`<tr key=${index}>${columns.map(([head, cell]) => html`<td key=${head}>${cell(call)}</td>`)}</tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function Answer({ exchange }) {
  if (exchange === undefined) {
    return html`<p class="card panel empty">
      The answer was not kept: under load, the apps pass on only some of them.
    </p>`;
  }
  return html`<details class="card panel">
    <summary>The answer as the client got it</summary>
    <pre>${exchange.answer === null ? "It is no text." : pretty(exchange.answer)}</pre>
  </details>`;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/**
 * What can be done with a request: copy it as a command line, which signs the user each time, or
 * keep it.
 */
function Actions({ exchange }) {
  const [said, say] = useState("");
  if (exchange === undefined) return "";
  const { id } = exchange;
  const act = (work) => async () => {
    say(await work());
    setTimeout(() => say(""), 4_000);
  };
  const copy = act(async () => {
    const answer = await fetch(`/curl.txt?id=${encodeURIComponent(id)}`);
    await navigator.clipboard.writeText(await answer.text());
    return "Copied";
  });
  const save = act(async () => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/recordings", { method: "POST", headers, body: JSON.stringify({ id }) });
    const { file, detail } = await answer.json();
    return file === undefined ? detail : `Saved: ${file.split("/").slice(-3).join("/")}`;
  });
  return html`<span class="soft" role="status">${said}</span>
    <button class="button" onClick=${copy}>Copy as curl</button>
    <button class="button" onClick=${save}>Save as recording</button>`;
}
