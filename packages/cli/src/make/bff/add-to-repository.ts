import { join } from "node:path";
import { nameOf } from "../../repository.ts";
import type { Changes } from "../changes.ts";
import { addElement, addImport, addTeam, insertAfterLast, insertBeforeFirst } from "../insert.ts";
import type { NewBff } from "../names.ts";

const SMALL = "apps/all-in-one";

/** Mounts the BFF in the one process of a small team, where there is one. */
export function addToComposition({ app, name }: NewBff, changes: Changes): void {
  if (!changes.has(SMALL)) return;
  // Not the bare name, which may be that of anything in these files: settings, options, gateway.
  const module = `${name.camel}Bff`;
  const statement = `import { bff as ${module} } from "@${nameOf(changes.root)}/${app}";`;
  const bffs = `${SMALL}/src/bffs.ts`;
  const mounted = `\n    mount(${module}.name, (options) => createApp(${module}, all, options)),`;
  addImport(changes, bffs, statement);
  insertAfterLast(changes, bffs, /^ {4}mount\(\w+\.name, .*\),$/, mounted, "the BFFs");
  const catalog = `${SMALL}/catalog-info.yaml`;
  insertAfterLast(changes, catalog, /^ +- component:[a-z-]+-bff$/, `\n    - component:${app}`, "the BFFs");
  const settings = `${SMALL}/src/settings.ts`;
  addImport(changes, settings, statement);
  addElement(changes, settings, /\.\.\.bffs \} = \{/, `...${module}.settings`, "the BFFs' settings");
}

/** Says whose the app is: in CODEOWNERS and in the catalogue, where its team may be new. */
export function addToOwners({ app, team, name }: NewBff, changes: Changes): void {
  const owner = `@${nameOf(changes.root)}/${team}`;
  insertAfterLast(
    changes,
    ".github/CODEOWNERS",
    /^\/\.github\/workflows\/[a-z-]+-bff\.yml .*$/,
    `\n\n/apps/${app}/ ${owner}\n/.github/workflows/${app}.yml ${owner}`,
    "the BFFs' pipelines",
  );
  const catalog = "catalog-info.yaml";
  const target = `    - ./apps/${app}/catalog-info.yaml`;
  const targets = changes.read(catalog).match(/^ {4}- \.\/.*catalog-info\.yaml$/gm) ?? [];
  const next = targets.find((line) => line > target);
  const place = next === undefined ? /^---$(?![^]*- \.\/)/ : new RegExp(`^${next.replaceAll(".", "\\.")}$`);
  insertBeforeFirst(changes, catalog, place, `${target}\n`, "the list of parts");
  addTeam(changes, team, `Owns the ${name.title} client and its BFF`);
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Makes npm know the new workspace as `npm install` would, without asking a registry: everything
 * that it depends on is in the lockfile already. What is installed is changed alike, so that the
 * next command need not install.
 */
export function addWorkspace({ app }: NewBff, changes: Changes): void {
  const folder = `apps/${app}`;
  const scope = `@${nameOf(changes.root)}`;
  const link = `node_modules/${scope}/${app}`;
  const hasSmall = changes.has(SMALL);
  const withApp = (manifest: Json): Json => ({
    ...manifest,
    dependencies: sorted({ ...Object(manifest["dependencies"]), [`${scope}/${app}`]: "0.0.0" }),
  });
  if (hasSmall) editJson(changes, `${SMALL}/package.json`, withApp);
  const { name, version, license, dependencies, devDependencies } = JSON.parse(
    changes.read(`${folder}/package.json`),
  );
  const add = (lock: Json): Json => {
    const packages = Object(lock["packages"]);
    return {
      ...lock,
      packages: sorted({
        ...packages,
        [folder]: { name, version, license, dependencies, devDependencies },
        [link]: { resolved: folder, link: true },
        ...(hasSmall ? { [SMALL]: withApp(packages[SMALL]) } : {}),
      }),
    };
  };
  editJson(changes, "package-lock.json", add);
  // What npm keeps of its last installation, where there is one.
  const installed = "node_modules/.package-lock.json";
  if (!changes.has(installed)) return;
  editJson(changes, installed, add);
  if (changes.has(`node_modules/${scope}`)) changes.link(link, join("..", "..", folder));
}

function editJson(changes: Changes, path: string, change: (value: Json) => Json): void {
  changes.edit(path, (text) => `${JSON.stringify(change(JSON.parse(text)), undefined, 2)}\n`);
}

/** npm sorts paths without regard to case; the root, which is "", is first. */
function sorted(entries: Json): Json {
  return Object.fromEntries(
    Object.entries(entries).toSorted(([one], [other]) => one.localeCompare(other, "en")),
  );
}
