import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Refused } from "./http.ts";
import type { KnownRequest } from "./model/store.ts";

/** Names that no file system takes for another folder. */
const UNSAFE = /[^A-Za-z0-9._-]/g;

/**
 * Keeps a request and its answer as a file: who asked for what, what the client got, and the calls
 * behind it. It holds no credential.
 *
 * @returns the file
 * @throws Refused if nothing is known of what was asked
 */
export async function saveRecording(request: KnownRequest, folder: string): Promise<string> {
  const { app, screen, outcome, sections, calls, exchange, user, at } = request;
  if (exchange === undefined) throw new Refused(404, "Nothing is known of what was asked.");
  const { method, path, accept, body, status, contentType, answer } = exchange;
  const recording = {
    at,
    app,
    screen,
    outcome,
    request: { user, method, path, accept, body },
    answer: { status, contentType, body: answer },
    sections,
    calls,
  };
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${app}.${screen}.${request.id}.json`.replaceAll(UNSAFE, "_"));
  await writeFile(file, `${JSON.stringify(recording, undefined, 2)}\n`);
  return file;
}
