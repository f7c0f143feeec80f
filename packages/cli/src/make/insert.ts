import { CommandError } from "../command-line.ts";
import type { Changes } from "./changes.ts";

type Files = Pick<Changes, "edit">;

/**
 * Puts text behind what `place` matches last in a file.
 *
 * @param what `place` matches, for the message
 * @throws CommandError where it matches nothing: the file has another form now
 */
export function insertAfterLast(
  files: Files,
  path: string,
  place: RegExp,
  addition: string,
  what: string,
): void {
  files.edit(path, (text) => {
    const found = [...text.matchAll(new RegExp(place, "gm"))].at(-1);
    if (found === undefined) throw unknownForm(path, what);
    const end = found.index + found[0].length;
    return text.slice(0, end) + addition + text.slice(end);
  });
}

/** The same, in front of what `place` matches first. @throws CommandError */
export function insertBeforeFirst(
  files: Files,
  path: string,
  place: RegExp,
  addition: string,
  what: string,
): void {
  files.edit(path, (text) => {
    const found = new RegExp(place, "m").exec(text);
    if (found === null) throw unknownForm(path, what);
    return text.slice(0, found.index) + addition + text.slice(found.index);
  });
}

/** Adds an import below the last one of a module. @throws CommandError */
export function addImport(files: Files, path: string, statement: string): void {
  insertAfterLast(files, path, /^import .*;$/, `\n${statement}`, "the imports");
}

/**
 * Adds an element to the list or object that follows `opening`: `screens: [` and so on.
 *
 * @param opening matches up to and with the bracket
 * @throws CommandError
 */
export function addElement(files: Files, path: string, opening: RegExp, element: string, what: string): void {
  files.edit(path, (text) => {
    const found = new RegExp(`(${opening.source})([^\\]}]*?),?(\\s*[\\]}])`).exec(text);
    if (found === null) throw unknownForm(path, what);
    const [all, start = "", inside = "", end = ""] = found;
    const separator = inside.trim() === "" ? "" : ", ";
    const changed = `${start}${inside.trimEnd()}${separator}${element}${end}`;
    return text.slice(0, found.index) + changed + text.slice(found.index + all.length);
  });
}

function unknownForm(path: string, what: string): CommandError {
  return new CommandError(
    `${what} in ${path} is not where it was expected: write this part by hand, as the others are`,
  );
}

/** Adds a team to the catalogue, unless it is there. */
export function addTeam(files: Files, team: string, description: string): void {
  files.edit("catalog-info.yaml", (catalog) => {
    if (new RegExp(`^kind: Group\\nmetadata:\\n  name: ${team}$`, "m").test(catalog)) return catalog;
    return `${catalog.trimEnd()}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: ${team}
  description: ${description}
spec:
  type: team
  children: []
`;
  });
}
