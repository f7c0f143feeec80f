import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const FOLDER = join(import.meta.dirname, "templates");
const ENDING = ".tmpl";

/** A file to be made: where, below the place that the templates are for, and what is in it. */
export interface FilledTemplate {
  readonly path: string;
  readonly text: string;
}

/**
 * Fills the templates of a folder: `{{name}}` in texts and in paths becomes the value of `name`.
 *
 * @param folder below `templates`
 * @throws Error where a template names a value that is not given
 */
export function fillTemplates(folder: string, values: Readonly<Record<string, string>>): FilledTemplate[] {
  const base = join(FOLDER, folder);
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => ({
      path: fill(relative(base, file), values).replace(ENDING, ""),
      text: fill(readFileSync(file, "utf8"), values),
    }));
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a template asks for ${place}, which has no value`);
    return value;
  });
}
