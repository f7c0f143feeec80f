import { CommandError } from "../command-line.ts";

/**
 * Puts text behind what `place` matches last.
 *
 * @param where for the message: the file, and what belongs there
 * @throws CommandError where it matches nothing: the file has another form now
 */
export function insertAfterLast(source: string, place: RegExp, addition: string, where: string): string {
  const found = [...source.matchAll(new RegExp(place, "gm"))].at(-1);
  if (found === undefined) throw unknownForm(where);
  const end = found.index + found[0].length;
  return source.slice(0, end) + addition + source.slice(end);
}

/** The same, in front of what `place` matches first. @throws CommandError */
export function insertBeforeFirst(source: string, place: RegExp, addition: string, where: string): string {
  const found = new RegExp(place, "m").exec(source);
  if (found === null) throw unknownForm(where);
  return source.slice(0, found.index) + addition + source.slice(found.index);
}

/** Adds an import below the last one of a module. @throws CommandError */
export function addImport(source: string, statement: string, where: string): string {
  return insertAfterLast(source, /^import .*;$/, `\n${statement}`, where);
}

/**
 * Adds an element to the list or object that follows `opening`: `screens: [` and so on.
 *
 * @param opening matches up to and with the bracket
 * @throws CommandError
 */
export function addElement(source: string, opening: RegExp, element: string, where: string): string {
  const found = new RegExp(`(${opening.source})([^\\]}]*?),?(\\s*[\\]}])`).exec(source);
  if (found === null) throw unknownForm(where);
  const [all, start = "", inside = "", end = ""] = found;
  const separator = inside.trim() === "" ? "" : ", ";
  const changed = `${start}${inside.trimEnd()}${separator}${element}${end}`;
  return source.slice(0, found.index) + changed + source.slice(found.index + all.length);
}

function unknownForm(where: string): CommandError {
  return new CommandError(
    `${where} is not where it was expected: write this part by hand, as the others are`,
  );
}

/** The catalogue's text with a team added, unless it has it. */
export function withTeam(catalog: string, team: string, description: string): string {
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
}
