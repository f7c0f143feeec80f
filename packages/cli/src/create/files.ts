import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { FIXTURE_APP, FIXTURE_ROOT, fixtureText } from "../make/bff/fixture.ts";
import type { FixtureUse } from "../make/bff/fixture.ts";
import { copyApp, filesBelow, fixtureTemplate, renaming } from "../make/copy-app.ts";
import type { NewBff } from "../make/names.ts";

/** Where the platform's packages come from: the registry of npm, another one, or tarballs. */
export type Source =
  | { readonly kind: "npm" }
  | { readonly kind: "registry"; readonly url: string }
  | { readonly kind: "vendor"; readonly tarballs: readonly string[] };

/** A repository that is to be made. */
export interface Plan extends FixtureUse {
  readonly bffs: readonly NewBff[];
  readonly hasGateway: boolean;
  readonly source: Source;
}

/**
 * The files of a new repository, texts by their path: the fixture's, with the first client's BFF in
 * the place of the fixture's, and those of the other BFFs. What is made from documents is missing.
 */
export function repositoryFiles(plan: Plan): ReadonlyMap<string, string> {
  const { bffs, hasGateway } = plan;
  const [first] = bffs;
  const pipeline = `.github/workflows/${FIXTURE_APP}.yml`;
  const template = fixtureTemplate(plan);
  const rename = first === undefined ? String : renaming(template, first);
  const files = new Map<string, string>();
  for (const path of filesBelow(FIXTURE_ROOT)) {
    if (/(?:^|\/)(?:node_modules|\.turbo)\//.test(path)) continue;
    if (path.startsWith(`apps/${FIXTURE_APP}/`) || path === pipeline) continue;
    if (!hasGateway && /^(?:apps\/gateway\/|\.github\/workflows\/gateway\.yml)/.test(path)) continue;
    const text = fixtureText(readFileSync(join(FIXTURE_ROOT, path), "utf8"), plan);
    files.set(path.replace(/(^|\/)dot-([^/]+)$/, "$1.$2"), rename(text));
  }
  if (!hasGateway) edit(files, "catalog-info.yaml", (text) => text.replace(/^.*apps\/gateway.*\n/m, ""));
  for (const bff of bffs) {
    for (const [path, text] of copyApp(template, bff)) files.set(`apps/${bff.app}/${path}`, text);
    const text = fixtureText(readFileSync(join(FIXTURE_ROOT, pipeline), "utf8"), plan);
    files.set(`.github/workflows/${bff.app}.yml`, text.replaceAll(FIXTURE_APP, bff.app));
  }
  edit(files, "package.json", (text) => withSource(text, plan.source));
  if (plan.source.kind === "registry") {
    const { url } = plan.source;
    edit(files, ".npmrc", (text) => `${text.trimEnd()}\n@triptych:registry=${url}\n`);
  }
  return files;
}

function edit(files: Map<string, string>, path: string, change: (text: string) => string): void {
  files.set(path, change(files.get(path) ?? ""));
}

/** Tarballs are named at the root only: what an app asks for by its version is found there. */
function withSource(text: string, source: Source): string {
  if (source.kind !== "vendor") return text;
  const manifest = JSON.parse(text);
  const entries = source.tarballs.map((file) => [packageOf(file), `file:vendor/${basename(file)}`]);
  const devDependencies = { ...manifest.devDependencies, ...Object.fromEntries(entries) };
  return `${JSON.stringify({ ...manifest, devDependencies }, undefined, 2)}\n`;
}

/** `triptych-contract-guard-1.0.0.tgz` is that of `@triptych/contract-guard`. */
function packageOf(tarball: string): string {
  return basename(tarball).replace(/^triptych-(.+)-\d+\.\d+\.\d+\.tgz$/, "@triptych/$1");
}

/** The tarballs of a folder that `npm run pack` wrote. */
export function tarballsIn(folder: string): readonly string[] {
  return globSync("triptych-*.tgz", { cwd: folder })
    .map((file) => join(folder, file))
    .toSorted();
}
