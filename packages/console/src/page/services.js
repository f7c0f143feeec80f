import { html, useEffect, useState } from "./preact.js";
import { useJson } from "./live.js";

/** How often the services are looked at, ms. */
const LOOK_MS = 2_000;

/** What runs, how the apps see it, and the sample services' switches. */
export function Services() {
  const [look, setLook] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setLook((number) => number + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const programs = useJson("/services.json", look);
  if (programs === undefined) return html`<p class="empty">Looking …</p>`;
  const services = programs.filter(({ kind }) => kind === "service");
  const others = programs.filter(({ kind }) => kind !== "service");
  return html`<h1 class="heading">Services</h1>
    <div class="cards">
      ${services.map((one) => html`<${Service} service=${one} changed=${() => setLook(look + 1)} key=${one.name} />`)}
    </div>
    <h2 class="heading">In front of them</h2>
    <div class="cards">${others.map((one) => html`<${Program} program=${one} key=${one.name} />`)}</div>`;
}

function Program({ program, children }) {
  const { name, owner, url, isUp } = program;
  return html`<section class="card program" aria-label=${name}>
    <header>
      <h2>${name}</h2>
      <span class=${`pill ${isUp ? "complete" : "failed"}`}>${isUp ? "up" : "down"}</span>
    </header>
    <p class="soft">${owner ?? "no owner in the catalogue"} · <span class="mono">${url}</span></p>
    ${children}
  </section>`;
}

function Service({ service, changed }) {
  const { name, isReplayed, switches, breakers, ejected } = service;
  const set = async (preset) => {
    const headers = { "content-type": "application/json" };
    await fetch("/switches", { method: "POST", headers, body: JSON.stringify({ service: name, preset }) });
    changed();
  };
  return html`<${Program} program=${service}>
    <p class="tags">
      <span class="tag">${isReplayed ? "replayed" : "real"}</span>
      ${breakers.length === 0 && html`<span class="tag good">breakers closed</span>`}
      ${breakers.map(
        ({ app, operation, state }) =>
          html`<span class="tag bad" key=${app + operation}>${app}: breaker ${state}${operation === null ? "" : ` for ${operation}`}</span>`,
      )}
      ${ejected.map(({ app, address }) => html`<span class="tag warn" key=${app + address}>${app} leaves out ${address}</span>`)}
    </p>
    ${
      switches !== null &&
      html`<div class="switches" role="group" aria-label=${`How ${name} behaves`}>
      ${switches.presets.map(
        (preset) =>
          html`<button
            class="button"
            key=${preset}
            aria-pressed=${preset === switches.chosen ? "true" : "false"}
            onClick=${() => set(preset)}
          >
            ${preset}
          </button>`,
      )}
    </div>`
    }
  </${Program}>`;
}
