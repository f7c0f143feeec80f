import { html, useState } from "./preact.js";
import { useJson } from "./live.js";

/** The store, the contracts and the query page, as a sample user. */
export function OpenAs() {
  const system = useJson("/system.json");
  const [chosen, choose] = useState(undefined);
  if (system === undefined) return html`<p class="empty">Loading …</p>`;
  const { users, pages } = system;
  const user = users.find(({ id }) => id === chosen) ?? users[0];
  if (user === undefined) return html`<p class="card empty">The stack is still starting.</p>`;
  return html`<div class="split open-as">
    <section class="card list" aria-label="Sample users">
      <ol>
        ${users.map(
          ({ id, name, about }) =>
            html`<li key=${id}>
              <button class="entry" aria-current=${id === user.id ? "true" : undefined} onClick=${() => choose(id)}>
                <b dir="auto">${name}</b><span class="soft">${id}</span>
                <span class="soft wide">${about}</span>
              </button>
            </li>`,
        )}
      </ol>
    </section>
    <section aria-labelledby="who">
      <h1 class="heading" id="who">Open as <bdi>${user.name}</bdi></h1>
      <div class="cards">
        ${pages.map(
          ({ name, about, url }) =>
            html`<a class="card program page" key=${name} href=${url.replace("{user}", user.id)} target="_blank" rel="noopener">
              <h2>${name}</h2>
              <p class="soft">${about}</p>
            </a>`,
        )}
      </div>
    </section>
  </div>`;
}
