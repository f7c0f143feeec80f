/**
 * `npm run shadow -- [--base <ref>] [<app>…]`: plays the sample users' requests, and recorded ones,
 * to another commit and to what is here, and says where the answers differ. A difference is no
 * failure: it may be what the change is for.
 */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "@triptych/cli/stack";
import { runCommand } from "@triptych/testing/program";
import { checkOut, findBase } from "../bench/base/checkout.ts";
import { budgetedScreens } from "../budgets/screens.ts";
import { at, fieldsAt, textAt } from "../repository/documents.ts";
import { render } from "./findings.ts";
import { playShadow } from "./play.ts";
import type { Played } from "./play.ts";

const USAGE =
  "npm run shadow -- [--base main] [--app-version 2.4.0] [--ignore <pointer>] [--requests <file or folder>] [--json] [<app>…]";
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const warn = (text: string): void => void process.stderr.write(`${text}\n`);

/**
 * Recorded requests: JSON lines `{ "app": "web-bff", "path": "/web/home-page", "user": "42" }`, or
 * a folder of what the console saved. Commands are left out: they would be carried out twice.
 */
function recorded(place: string | undefined): readonly Played[] {
  if (place === undefined) return [];
  if (!existsSync(place)) throw new TypeError(`there is no file or folder ${place}`);
  const isFolder = statSync(place).isDirectory();
  const texts = isFolder
    ? globSync("*.json", { cwd: place }).map(
        (file) => [file, readFileSync(join(place, file), "utf8")] as const,
      )
    : readFileSync(place, "utf8")
        .split("\n")
        .map((line, index) => [`${place}:${index + 1}`, line] as const);
  return texts.flatMap(([where, text]) => {
    if (text.trim() === "") return [];
    try {
      const entry: unknown = JSON.parse(text);
      const request = isFolder ? fieldsAt(entry, "request") : entry;
      if (isFolder && textAt(request, "method") !== "GET") return [];
      const [app, path, user] = [textAt(entry, "app"), textAt(request, "path"), textAt(request, "user")];
      const appVersion = at(request, "appVersion") === undefined ? undefined : textAt(request, "appVersion");
      return [{ app, path, user, appVersion }];
    } catch {
      throw new TypeError(
        `${where} must be JSON with the texts app, path, user and, if it says one, appVersion`,
      );
    }
  });
}

await runCommand("shadow", USAGE, async () => {
  const { values, positionals } = parseArgs({
    options: {
      base: { type: "string", default: "main" },
      "app-version": { type: "string" },
      ignore: { type: "string", multiple: true, default: [] },
      requests: { type: "string" },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const requests = recorded(values.requests);
  const screens = await budgetedScreens(positionals);
  const base = await findBase(ROOT, values.base);
  if ("why" in base) {
    print(
      values.json
        ? JSON.stringify({ pairs: 0, refused: 0, findings: [], added: [] })
        : `Nothing to compare with: ${base.why}.`,
    );
  } else {
    await using checkout = await checkOut(ROOT, base, { npm: process.env["npm_execpath"], print: warn });
    const played = await playShadow({
      base: checkout.root,
      here: ROOT,
      screens,
      requests,
      ignored: values.ignore,
      appVersion: values["app-version"],
    });
    print(values.json ? JSON.stringify(played) : render(played, base));
  }
});
