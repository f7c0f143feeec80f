/**
 * `node test/bench/recordings/main.ts`: records what the sample services answer to the three BFFs'
 * home pages of one user, and the web BFF's own answer. The recordings are checked in, so that
 * numbers of different days are about the same bytes.
 */
import { writeFile } from "node:fs/promises";
import { answerArguments } from "@triptych/testing/program";
import { SERVICES, startRunning } from "../../e2e/testing/running-stack.ts";
import { MOBILE, PARTNER, WEB } from "../contenders/contenders.ts";
import { RECORDINGS_FILE } from "./recordings.ts";

answerArguments("recordings", "Writes the recordings of test/bench.");
const USER = "42";
const APPS = [WEB, MOBILE, PARTNER];
await using running = await startRunning({ roles: [...SERVICES, ...APPS.map(({ name }) => name)] });

const recordings: [target: string, body: string][] = [];
for (const { name, method, path, body } of APPS) {
  const headers = { "content-type": "application/json" };
  const page = await running.screen(name, path, USER, { method, headers, ...(body && { body }) });
  if (page.status !== 200 || !/"degraded":\[\]|"data":/.test(page.text)) {
    throw new Error(`expected a whole page of ${name}, got ${page.status}: ${page.text}`);
  }
  process.stdout.write(`${name}: ${page.text.length} characters\n`);
  if (name === "web-bff") recordings.push([path, page.text]);
}

for (const service of SERVICES) {
  // Each service is asked once more for what the BFFs asked it for.
  const calls = await running.services[service].calls();
  for (const target of new Set(calls.map(({ path }) => path))) {
    const url = `${running.stack.url(service)}${target}`;
    const { status, text } = await running.ask(url, { headers: { "x-user-id": USER } });
    if (status !== 200) throw new Error(`expected 200 of ${url}, got ${status}: ${text}`);
    recordings.push([target, text]);
  }
}
const sorted = Object.fromEntries(recordings.toSorted(([one], [other]) => (one < other ? -1 : 1)));
await writeFile(RECORDINGS_FILE, `${JSON.stringify(sorted, undefined, 2)}\n`);
