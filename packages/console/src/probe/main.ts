/**
 * Loaded into an app by `node --import` in development, and only there: it listens to channels of
 * `node:diagnostics_channel` and tells the console what spans may not hold. No image contains it.
 */
import { subscribe } from "node:diagnostics_channel";
import { tellConsole } from "./channel.ts";
import { describeApp } from "../model/definition.ts";
import { watchExchanges } from "./exchanges.ts";
import { watchReads } from "./reads.ts";

const { CONSOLE_URL, CONSOLE_APP = "app", NODE_ENV } = process.env;

if (CONSOLE_URL !== undefined && NODE_ENV !== "production") {
  const tell = tellConsole(CONSOLE_URL, CONSOLE_APP);
  watchExchanges(tell);
  watchReads(tell);
  subscribe("triptych.screen.page", (message) => {
    const page = Object(message);
    page.markup = `<script async nonce="${page.nonce}" src="${CONSOLE_URL}/bar.js?request=${page.requestId}"></script>`;
  });
  subscribe("triptych.bff.open", (bff) => tell({ kind: "app", ...describeApp(bff) }));
  for (const kind of ["breakerChange", "ejection"]) {
    subscribe(`triptych.upstream.${kind}`, (event) => tell({ kind, ...Object(event) }));
  }
}
