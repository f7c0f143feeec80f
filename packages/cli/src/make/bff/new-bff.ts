import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bffsIn } from "../../repository.ts";
import { CommandError, UsageError } from "../../command-line.ts";
import { readName } from "../names.ts";
import type { NewBff } from "../names.ts";
import { answer } from "../questions.ts";
import type { Workshop } from "../run-maker.ts";
import { copyApp, templateOf } from "../copy-app.ts";
import { addToGateway } from "./add-to-gateway.ts";
import { addToComposition, addToOwners, addWorkspace } from "./add-to-repository.ts";

/** The arguments of `npm run new:bff`. What is missing is asked for. */
interface BffArguments {
  readonly name: string | undefined;
  readonly team: string | undefined;
}

/** The app that a new one is copied from: its answers are data. */
const TEMPLATE = "mobile-bff";

/** Paths that the gateway has given to others. */
const RESERVED = new Set(["api", "auth"]);

/**
 * `npm run new:bff`: a whole app with a first screen, its contract, deployment, owners and
 * pipeline, and its place in the gateway, the proxies and the small composition. `npm start` finds
 * it by itself.
 */
export async function newBff(given: BffArguments, workshop: Workshop): Promise<string> {
  const { changes, run } = workshop;
  const bffs = bffsIn(changes.root);
  const name = await answer(
    given.name,
    {
      argument: "<name>",
      text: "What is the client called",
      read(text) {
        const read = readName(text.replace(/-bff$/, ""), "a BFF's name");
        if (!RESERVED.has(read.kebab)) return read;
        throw new UsageError(`/${read.kebab} is the gateway's own path: take another name`);
      },
    },
    workshop,
  );
  const team = await answer(
    given.team,
    { argument: "--team", text: "Which team owns it", read: (text) => readName(text, "a team's name").kebab },
    workshop,
  );
  const app = `${name.kebab}-bff`;
  if (changes.has(`apps/${app}`)) throw new CommandError(`apps/${app} is there already: take another name`);
  const prefix = `/${name.kebab}`;
  const owner = bffs.find((bff) => bff.prefix === prefix);
  if (owner !== undefined)
    throw new CommandError(`${prefix} is the path of ${owner.name}: take another name`);
  const port = Math.max(8100, ...bffs.map((other) => other.port)) + 1;
  const bff: NewBff = { name, app, team, port, root: changes.root };

  const template = await templateOf(changes.root, { apps: [TEMPLATE], screen: "home" });
  for (const [path, text] of copyApp(template, bff)) changes.create(`apps/${app}/${path}`, text);
  const pipeline = join(template.root, ".github", "workflows", `${template.app}.yml`);
  if (existsSync(pipeline)) {
    const text = (template.prepare ?? String)(readFileSync(pipeline, "utf8"), "").replaceAll(
      template.app,
      app,
    );
    changes.create(`.github/workflows/${app}.yml`, text);
  }
  addToOwners(bff, changes);
  addToGateway(bff, changes);
  addToComposition(bff, changes);
  addWorkspace(bff, changes);
  changes.mayChange(`apps/${app}/contracts/openapi.json`);
  changes.mayChange(`apps/${app}/client/generated/contract.d.ts`);
  await run(`apps/${app}`, changes.script(`apps/${app}`, "contracts"));

  return `GET ${prefix}/home answers. Next:
  1. npm test
  2. npm start, and ask the BFF itself:
       curl -s "http://127.0.0.1:${bff.port}${prefix}/home" -H "X-Identity: $(npm run -s identity -- --user 42 --aud ${app})"
     and through the proxy and the gateway:
       curl -sk "https://127.0.0.1:8443${prefix}/home" -H "Authorization: Bearer $(npm run -s token -- --user 42)"
  3. Its screens: npm run new:screen -- ${app} <name>
  4. Before it is deployed: the secrets that apps/${app}/deploy/base/deployment.yaml names, and its ring in the gateway's keys`;
}
