import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bffsIn, nameOf } from "../repository.ts";
import type { Bff, BffName } from "../repository.ts";
import { serviceRoles } from "../stack/roles.ts";
import type { Name, NewBff } from "./names.ts";
import {
  FIRST_SCREEN,
  FIXTURE_APP,
  FIXTURE_ROOT,
  firstScreenIn,
  fixtureText,
  hasSources,
} from "./bff/fixture.ts";
import type { FixtureUse } from "./bff/fixture.ts";
import { reachable, withoutSample } from "./template.ts";
import type { TemplateFiles } from "./template.ts";

/** Written by commands of the app, not by hand: a new app writes its own. */
const GENERATED =
  /^(?:contracts\/(?:openapi\.json|examples\.json|released\/)|client\/generated\/|(?:.*\/)?(?:node_modules|\.turbo)\/)/;
/** What every module of a copied app is reached from, besides its tests. */
const ENTRIES = ["src/main.ts", "client/index.d.ts"];

/** An app that new code is copied from, in the repository or in the fixture. */
export interface Template {
  readonly root: string;
  readonly app: BffName;
  /** What a file's text becomes before anything is done with it. Default: it stays. */
  readonly prepare?: (text: string, path: string) => string;
}

/**
 * The first of the wanted apps that has the screen, as a template, or the fixture where none has
 * it.
 *
 * @param wanted the apps, and the screen that is copied from them
 */
export async function templateOf(
  root: string,
  wanted: { readonly apps: readonly BffName[]; readonly screen: string },
): Promise<Template> {
  const app = wanted.apps.find((one) =>
    existsSync(join(root, "apps", one, "src/screens", `${wanted.screen}.ts`)),
  );
  if (app !== undefined) return { root, app };
  const use = { name: nameOf(root), services: serviceRoles(root), root };
  return fixtureTemplate(use, await firstScreenIn(root, FIXTURE_APP));
}

/** The fixture's app as a template. @param first the source of its first screen */
export function fixtureTemplate(use: FixtureUse, first?: string): Template {
  return {
    root: FIXTURE_ROOT,
    app: FIXTURE_APP,
    prepare: (text, path) => fixtureText(path === FIRST_SCREEN ? (first ?? text) : text, use),
  };
}

/** The files of an app that are written by hand, by their path in it. */
export function appFiles({ root, app, prepare = (text) => text }: Template): TemplateFiles {
  const folder = join(root, "apps", app);
  const files = filesBelow(folder).filter((path) => !GENERATED.test(path));
  return new Map(files.map((path) => [path, prepare(readFileSync(join(folder, path), "utf8"), path)]));
}

/** The paths of all files in a folder and in those below, sorted, with slashes. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}

/**
 * A new app's files, made from those of another without what only the sample shows.
 *
 * @param template has screens that answer data
 * @throws Error where its marks have no other half
 */
export function copyApp(template: Template, bff: NewBff): TemplateFiles {
  const all = appFiles(template);
  const isThere = (path: string): boolean => all.has(path) || path.startsWith("client/generated/");
  const home = reachable(withoutSample(all, isThere), [FIRST_SCREEN]);
  const isKept = (path: string): boolean =>
    !path.startsWith("src/screens/") || home.has(path) || path === FIRST_SCREEN.replace(".ts", ".test.ts");
  const files = withoutSample(new Map([...all].filter(([path]) => isKept(path))), (path) =>
    path.startsWith("client/generated/"),
  );
  const tests = [...files.keys()].filter((path) => path.endsWith(".test.ts"));
  const modules = reachable(files, [...ENTRIES, ...tests]);
  const kept = [...files].filter(([path]) => !path.endsWith(".ts") || modules.has(path));
  const rename = renaming(template, bff);
  const copied = new Map(kept.map(([path, text]) => [path, rename(text)]));
  // Installed packages ask for each other as peers: an app from the fixture names them all.
  if (template.root !== FIXTURE_ROOT || hasSources(bff.root)) {
    copied.set("package.json", withUsedPackages(copied));
  }
  return copied;
}

function bffOf({ root, app }: Template): Bff {
  const found = bffsIn(root).find(({ name }) => name === app);
  if (found === undefined) throw new Error(`there is no app ${app} to copy`);
  return found;
}

/** Gives a text of a template's repository the names, team, ports and version of a new app. */
export function renaming(
  template: Template,
  { app, name: to, team, port: newPort }: NewBff,
): (text: string) => string {
  const { name, port } = bffOf(template);
  const files = appFiles(template);
  const short = name.replace(/-bff$/, "");
  const pascal = `${short.charAt(0).toUpperCase()}${short.slice(1)}`;
  const [, owner = ""] = /^ {2}owner: (\S+)$/m.exec(files.get("catalog-info.yaml") ?? "") ?? [];
  const [, version = ""] = /"version": "([^"]+)"/.exec(files.get("client/package.json") ?? "") ?? [];
  const renamings: readonly (readonly [string, string])[] = [
    [name, app],
    [`${short.toUpperCase()}_BFF`, `${to.upper}_BFF`],
    [owner, team],
    [`${pascal} BFF`, `${to.title} BFF`],
    [pascal, to.pascal],
    [short, to.kebab],
    [String(port), String(newPort)],
    [String(port + 1000), String(newPort + 1000)],
    [`"${version}"`, '"1.0.0"'],
  ];
  return (text) =>
    renamings.reduce((now, [from, into]) => (from === "" ? now : now.replaceAll(from, into)), text);
}

/** The manifest with only the packages that the copied files import, or that a script starts. */
function withUsedPackages(files: TemplateFiles): string {
  const manifest: unknown = JSON.parse(files.get("package.json") ?? "{}");
  const scripts = JSON.stringify(Object(manifest).scripts);
  const sources = [...files].filter(([path]) => /\.[cm]?[jt]s$/.test(path)).map(([, text]) => text);
  const isUsed = (name: string): boolean =>
    scripts.includes(name.split("/").at(-1) ?? name) ||
    sources.some((text) => text.includes(`"${name}"`) || text.includes(`"${name}/`));
  const used = (packages: unknown) =>
    Object.fromEntries(Object.entries(Object(packages)).filter(([name]) => isUsed(name)));
  const { dependencies, devDependencies } = Object(manifest);
  return `${JSON.stringify(
    { ...Object(manifest), dependencies: used(dependencies), devDependencies: used(devDependencies) },
    undefined,
    2,
  )}\n`;
}

/**
 * A new screen's files, made from the home screen of another app, and what these need that the new
 * screen's app does not have.
 *
 * @param from the name of the screen that is copied
 * @param target the files of the app that gets the screen
 */
export function copyScreen(
  template: Template,
  from: Name,
  target: { readonly bff: Bff; readonly screen: Name; readonly files: TemplateFiles },
): TemplateFiles {
  const { bff, screen: to } = target;
  const { prefix } = bffOf(template);
  const all = appFiles(template);
  const files = withoutSample(all, (path) => all.has(path));
  const own = [
    `src/screens/${from.kebab}.ts`,
    `src/screens/${from.kebab}.test.ts`,
    `src/views/${from.kebab}.ts`,
  ];
  const missing = [...files].filter(([path]) => own.includes(path) || !target.files.has(path));
  const needed = [...reachable(new Map(missing), own)];
  const rename = (text: string): string =>
    text
      .replaceAll(`${prefix}/${from.kebab}`, `${bff.prefix}/${to.kebab}`)
      .replaceAll(new RegExp(`(?<=["/])${from.kebab}(?=["./])`, "g"), to.kebab)
      .replaceAll(new RegExp(`\\b${from.pascal}(?=[A-Z])`, "g"), to.pascal)
      .replaceAll(new RegExp(`\\b${from.camel}(?=\\b|View\\b)`, "g"), to.camel)
      .replace(/(?<=\bsummary: ")[^"]*/, to.title)
      .replace(/(?<=\btitle: ")[^"]*/, to.title)
      .replace(/(?<=\babout: ")[^"]*/, `${to.title}.`);
  return new Map(
    needed.map(([path, text]) =>
      own.includes(path) ? [path.replace(from.kebab, to.kebab), rename(text)] : [path, text],
    ),
  );
}
