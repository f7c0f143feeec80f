import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bffsIn } from "../repository.ts";
import type { Bff, BffName } from "../repository.ts";
import type { Name, NewBff } from "./names.ts";
import { reachable, withoutSample } from "./template.ts";
import type { TemplateFiles } from "./template.ts";

/** Written by commands of the app, not by hand: a new app writes its own. */
const GENERATED =
  /^(?:contracts\/(?:openapi\.json|examples\.json|released\/)|client\/generated\/|(?:.*\/)?(?:node_modules|\.turbo)\/)/;
/** The only screen that a copied app has. */
const FIRST_SCREEN = "src/screens/home.ts";
/** What every module of a copied app is reached from, besides its tests. */
const ENTRIES = ["src/main.ts", "client/index.d.ts"];

/** An app that new code is copied from, in the repository or in another root. */
export interface Template {
  readonly root: string;
  readonly app: BffName;
}

/** Replaces the sample shop's apps where they are deleted. */
const FIXTURE: Template = {
  root: join(import.meta.dirname, "../../fixtures/repository"),
  app: "tablet-bff",
};

/** The wanted app as a template, or the fixture where it is not there. */
export function templateOf(root: string, app: BffName): Template {
  return existsSync(join(root, "apps", app)) ? { root, app } : FIXTURE;
}

/** The files of an app that are written by hand, by their path in it. */
export function appFiles({ root, app }: Template): TemplateFiles {
  const folder = join(root, "apps", app);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !GENERATED.test(path));
  return new Map(files.toSorted().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/**
 * A new app's files, made from those of another without what only the sample shows.
 *
 * @param template has screens that answer data
 * @throws Error where its marks have no other half
 */
export function copyApp(template: Template, bff: NewBff): TemplateFiles {
  const original = bffOf(template);
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
  const rename = renaming(original, files, bff);
  const copied = new Map(kept.map(([path, text]) => [path, oneCall(rename(text))]));
  copied.set("package.json", withUsedPackages(copied));
  return copied;
}

function bffOf({ root, app }: Template): Bff {
  const found = bffsIn(root).find(({ name }) => name === app);
  if (found === undefined) throw new Error(`there is no app ${app} to copy`);
  return found;
}

/** Gives a text the names, team, ports and version of the new app. */
function renaming(
  { name, port }: Bff,
  files: TemplateFiles,
  { app, name: to, team, port: newPort }: NewBff,
): (text: string) => string {
  const short = name.replace(/-bff$/, "");
  const pascal = `${short.charAt(0).toUpperCase()}${short.slice(1)}`;
  const [, owner = ""] = /^ {2}owner: (\S+)$/m.exec(files.get("catalog-info.yaml") ?? "") ?? [];
  const [, version = ""] = /"version": "([^"]+)"/.exec(files.get("client/package.json") ?? "") ?? [];
  const renamings: readonly (readonly [string, string])[] = [
    [name, app],
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
    oneCall(text)
      .replaceAll(`${prefix}/${from.kebab}`, `${bff.prefix}/${to.kebab}`)
      .replaceAll(new RegExp(`(?<=["/])${from.kebab}(?=["./])`, "g"), to.kebab)
      .replaceAll(new RegExp(`\\b${from.pascal}(?=[A-Z])`, "g"), to.pascal)
      .replaceAll(new RegExp(`\\b${from.camel}(?=\\b|View\\b)`, "g"), to.camel)
      .replace(/(?<=\bsummary: ")[^"]*/, to.title)
      .replace(/(?<=\btitle: ")[^"]*/, to.title);
  return new Map(
    needed.map(([path, text]) =>
      own.includes(path) ? [path.replace(from.kebab, to.kebab), rename(text)] : [path, text],
    ),
  );
}

/** One section that calls one service is left of the copied screen. */
function oneCall(text: string): string {
  return text.replace(/(?<=\bupstreamCalls: )\d+/, "1");
}
