/**
 * `node test/bench/recordings/main.ts`: records what the sample services answer to the three BFFs'
 * home pages of one user. The recordings are checked in, so that numbers of different days are
 * about the same bytes.
 */
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startStack } from "@triptych/cli/stack";
import { request } from "undici";
import { MOBILE, PARTNER, WEB } from "../contenders/contenders.ts";
import { RECORDINGS_FOLDER, SERVICES } from "./recordings.ts";
import type { Recording } from "./recordings.ts";

const USER = "42";
const APPS = [WEB, MOBILE, PARTNER];
const stack = await startStack({ ports: "free", roles: [...SERVICES, ...APPS.map(({ name }) => name)] });
await using _ = { [Symbol.asyncDispose]: () => stack.stop() };

for (const { name, method, path, body } of APPS) {
  const headers = { "x-identity": stack.identity(USER, name), "content-type": "application/json" };
  const page = (await get(`${stack.url(name)}${path}`, { method, headers, body })).text;
  if (!/"degraded":\[\]|"data":/.test(page)) throw new Error(`expected a whole page of ${name}, got ${page}`);
  process.stdout.write(`${name}: ${page.length} characters\n`);
}

for (const file of await readdir(RECORDINGS_FOLDER)) {
  if (file.endsWith(".body")) await rm(join(RECORDINGS_FOLDER, file));
}
const recordings: Recording[] = [];
for (const service of SERVICES) {
  // Each service is asked once more for what the BFFs asked it for.
  const { calls } = Object(JSON.parse((await get(`${stack.adminUrl(service)}/calls`)).text));
  if (!Array.isArray(calls)) throw new TypeError(`expected the calls of ${service}, got ${String(calls)}`);
  const targets = new Set(calls.map((call: unknown) => String(Object(call).path)));
  for (const [index, target] of [...targets].entries()) {
    const headers = { accept: "application/json", "x-user-id": USER };
    const { text, cacheControl } = await get(`${stack.url(service)}${target}`, { headers });
    const file = `${service}-${index + 1}.body`;
    await writeFile(join(RECORDINGS_FOLDER, file), text);
    recordings.push({ target, file, cacheControl });
  }
}
recordings.sort((a, b) => a.file.localeCompare(b.file));
await writeFile(join(RECORDINGS_FOLDER, "index.json"), `${JSON.stringify(recordings, undefined, 2)}\n`);

async function get(
  url: string,
  options: Parameters<typeof request>[1] = {},
): Promise<{ readonly text: string; readonly cacheControl: string }> {
  const { statusCode, body, headers } = await request(url, options);
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`expected 200 of ${url}, got ${statusCode}: ${text}`);
  return { text, cacheControl: String(headers["cache-control"] ?? "private, no-store") };
}
