import { html, render, useEffect, useState } from "./preact.js";
import { useLive } from "./live.js";
import { OpenAs } from "./open-as.js";
import { Requests } from "./requests.js";
import { Screens } from "./screens.js";
import { Services } from "./services.js";

const TABS = [
  ["requests", "Requests", Requests],
  ["screens", "Screens", Screens],
  ["services", "Services", Services],
  ["open-as", "Open as …", OpenAs],
];

/** The view and what is chosen in it, from the address: `#requests/<key>`. */
function place() {
  const [view = "", chosen = ""] = location.hash.slice(1).split("/");
  return {
    view: TABS.some(([name]) => name === view) ? view : "requests",
    chosen: decodeURIComponent(chosen),
  };
}

function App() {
  const [{ view, chosen }, go] = useState(place);
  const live = useLive();
  useEffect(() => {
    const follow = () => go(place());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const [, label, View] = TABS.find(([name]) => name === view);
  useEffect(() => void (document.title = `${label} · Triptych console`), [label]);
  return html`<header class="top">
      <span class="brand"><img src="/icon.svg" alt="" />Triptych console</span>
      <nav class="tabs" aria-label="Views">
        ${TABS.map(
          ([name, text]) =>
            html`<a href="#${name}" aria-current=${name === view ? "page" : undefined} key=${name}>${text}</a>`,
        )}
      </nav>
      <span class=${`live ${live.connected ? "" : "off"}`} role="status">
        ${live.connected ? "Live" : "Not connected: is the stack running?"}
      </span>
    </header>
    <main>
      ${
        live.typeErrors.length > 0 &&
        html`<div class="banner" role="alert">
        <strong>The types are wrong.</strong> What runs may do something else than it says.
        <pre>${live.typeErrors.join("\n")}</pre>
      </div>`
      }
      ${live.strays.map((error) => html`<${Stray} error=${error} key=${error.at} />`)}
      <${View} live=${live} chosen=${chosen} />
    </main>`;
}

/** An error in an app's code that belongs to no request. */
function Stray({ error }) {
  return html`<div class="banner" role="alert">
    <strong>${error.app}</strong>: ${error.message}
    <pre>${error.stack}</pre>
  </div>`;
}

render(html`<${App} />`, document.getElementById("app"));
