/* oxlint-disable no-unused-vars -- the console calls it, at the end of this script */
/** Shows a small bar in a page of the store, with this page's waterfall: see ../../bar.ts. */
function showBar({ html, render, useState }, request, console) {
  const { screen, outcome, durationMs, sections, calls, errors, key } = request;
  const ms = (value) => (value >= 10 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`);
  const total = Math.max(durationMs, ...calls.map((call) => call.startMs + call.durationMs), 1);

  const row = (kind, name, about, timed, isCritical) => {
    const left = `${(timed.startMs / total) * 100}%`;
    const width = `${Math.max((timed.durationMs / total) * 100, 0.6)}%`;
    return html`<div class=${`row ${kind}`}>
      <b>${name}<small>${about}</small></b>
      <span class="track"><i class=${`bar ${isCritical ? "critical" : ""}`} style=${{ left, width }}></i></span>
      <span class="time">${ms(timed.durationMs)}</span>
    </div>`;
  };
  const callRow = (call) => {
    const isOk = call.outcome === "ok";
    const words = [isOk ? "" : call.outcome, call.kind === "first" ? "" : call.kind, call.owner ?? ""];
    const about = words.filter(Boolean).map((word) => ` · ${word}`);
    return row(isOk ? "call" : "call bad", `${call.upstream}.${call.operation}`, about, call, call.critical);
  };
  const sectionRows = (section) => {
    const { name, outcome: how, reason } = section;
    return [
      row(`section ${how}`, name, reason === null ? "" : ` ${how}: ${reason}`, section, false),
      calls.filter((call) => call.section === name).map(callRow),
    ];
  };

  function Bar() {
    const [isOpen, setOpen] = useState(errors.length > 0);
    const mood = errors.length > 0 ? "failed" : outcome;
    const lacking = sections.filter((section) => section.outcome !== "ok").map(({ name }) => name);
    const summary = lacking.length > 0 ? ` · without ${lacking.join(", ")}` : "";
    return html`<div class="panel" id="panel" hidden=${!isOpen}>
        ${errors.map(
          ({ section, message, stack }) =>
            html`<section class="error">
              <strong>${section === null ? "" : `${section}: `}${message}</strong>
              <pre>${stack}</pre>
            </section>`,
        )}
        ${sections.map(sectionRows)}
        <p><a href=${`${console}/#requests/${key}`} target="_blank">Open in the console</a></p>
      </div>
      <button
        class=${`pill ${mood}`}
        aria-controls="panel"
        aria-expanded=${String(isOpen)}
        onClick=${() => setOpen(!isOpen)}
      >
        <span class="dot"></span>${screen} ${ms(durationMs)}${errors.length > 0 ? " · error in its code" : summary}
      </button>`;
  }

  const host = document.createElement("aside");
  host.id = "triptych-bar";
  host.setAttribute("aria-label", "What this page did (development)");
  const root = host.attachShadow({ mode: "open" });
  // A sheet of the script's own: the page's policy allows no style element.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BAR_STYLE);
  root.adoptedStyleSheets = [sheet];
  render(html`<${Bar} />`, root);
  document.getElementById("triptych-bar")?.remove();
  document.documentElement.append(host);
}

const BAR_STYLE = `
:host { all: initial; position: fixed; inset: auto 16px 16px auto; z-index: 2147483647; display: grid; justify-items: end; gap: 10px;
  font: 13px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; color: #eceef3; direction: ltr; }
@media print { :host { display: none } }
* { box-sizing: border-box; margin: 0 }
.pill { display: flex; align-items: center; gap: 8px; padding: 7px 14px; border: 1px solid #3c4252; border-radius: 99px; background: #1d2027; color: inherit; font: inherit; font-weight: 600; cursor: pointer; box-shadow: 0 4px 18px #0005 }
.pill:focus-visible, a:focus-visible { outline: 2px solid #9aa1ff; outline-offset: 2px }
.dot { width: 9px; height: 9px; border-radius: 50%; background: #52cf95 }
.degraded .dot { background: #f0ab4f }
.failed .dot { background: #ff8089 }
.panel { width: min(680px, calc(100vw - 32px)); max-height: 70vh; overflow: auto; padding: 14px 16px; border: 1px solid #3c4252; border-radius: 12px; background: #1d2027; box-shadow: 0 10px 40px #0007 }
.panel[hidden] { display: none }
.row { display: grid; grid-template-columns: 260px 1fr 64px; gap: 12px; align-items: center; height: 25px }
.row b { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.call b { padding-left: 16px; font-weight: 400 }
small { color: #a3a9b7; font-weight: 400; font-size: 12px }
.fallback small, .stale small { color: #f0ab4f }
.bad small, .section.failed small { color: #ff8089 }
.track { position: relative; height: 12px }
.bar { position: absolute; inset-block: 1px; border-radius: 3px; background: #5b86cf }
.section .bar { inset-block: 4px; background: #4a5161 }
.bad .bar { background: #ff8089 }
.bar.critical { box-shadow: 0 3px 0 -1px #eceef3 }
.time { text-align: right; font-weight: 600 }
.error { margin-bottom: 12px; padding: 10px 12px; border-left: 3px solid #ff8089; border-radius: 6px; background: #2a1f25 }
.error strong { color: #ff8089 }
pre { margin-top: 6px; max-height: 240px; overflow: auto; white-space: pre-wrap; font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", monospace }
p { margin-top: 10px }
a { color: #9aa1ff }
`;
