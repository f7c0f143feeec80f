import type { Changes } from "../changes.ts";
import { addElement, addImport, insertAfterLast } from "../insert.ts";
import type { NewBff } from "./new-bff.ts";

const FOLDER = "apps/all-in-one";

/** Mounts the BFF in the one process of a small team. */
export function addToComposition({ app, name }: NewBff, changes: Changes): void {
  // Not the bare name, which may be that of anything in these files: settings, options, gateway.
  const [module, settingsName] = [`${name.camel}Bff`, `${name.upper}_BFF`];
  const bffs = `${FOLDER}/src/bffs.ts`;
  changes.edit(bffs, (text) =>
    insertAfterLast(
      addImport(text, `import * as ${module} from "@triptych/${app}";`, `the imports of ${bffs}`),
      /^ {4}mount\("[a-z-]+-bff", .*\),$/,
      `\n    mount("${app}", ${module}.connectUpstreams, (options) => ${module}.createApp(options)),`,
      `the BFFs in ${bffs}`,
    ),
  );
  const settings = `${FOLDER}/src/settings.ts`;
  changes.edit(settings, (text) =>
    addElement(
      addImport(
        text,
        `import { SETTINGS as ${settingsName} } from "@triptych/${app}";`,
        `the imports of ${settings}`,
      ),
      /\.\.\.bffs \} = \{/,
      `...${settingsName}`,
      `the BFFs' settings in ${settings}`,
    ),
  );
}
