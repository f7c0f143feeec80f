import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isFields } from "../documents/fields.ts";
import type { Fields } from "../documents/fields.ts";

/** What an app declares to read from its environment, by name, or `undefined` for an app without code. */
export async function importAppSettings(root: string, folder: string): Promise<Fields | undefined> {
  const path = join(root, folder, "src", "settings.ts");
  if (!existsSync(path)) return undefined;
  const module: unknown = await import(pathToFileURL(path).href);
  if (isFields(module) && isFields(module["SETTINGS"])) return module["SETTINGS"];
  throw new TypeError(
    `expected ${folder}/src/settings.ts to export SETTINGS, an object with a member per variable`,
  );
}

/** The names alone. */
export async function readAppSettings(root: string, folder: string): Promise<string[] | undefined> {
  const settings = await importAppSettings(root, folder);
  return settings === undefined ? undefined : Object.keys(settings);
}
