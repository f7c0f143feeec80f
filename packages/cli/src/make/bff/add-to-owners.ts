import type { Changes } from "../changes.ts";
import { insertBeforeFirst } from "../insert.ts";
import { withTeam } from "../team.ts";
import type { NewBff } from "./new-bff.ts";

/** Says whose the app is: in CODEOWNERS and in the catalogue, where its team may be new. */
export function addToOwners({ app, team, name }: NewBff, changes: Changes): void {
  changes.edit(".github/CODEOWNERS", (text) =>
    insertBeforeFirst(
      text,
      /^\/apps\/reverse-proxy\//,
      `/apps/${app}/ @triptych/${team}\n/.github/workflows/${app}.yml @triptych/${team}\n\n`,
      "/apps/reverse-proxy/ in .github/CODEOWNERS",
    ),
  );
  changes.edit("catalog-info.yaml", (text) => {
    const target = `    - ./apps/${app}/catalog-info.yaml`;
    const targets = text.split("\n").filter((line) => /^ {4}- \.\/.*catalog-info\.yaml$/.test(line));
    const next = targets.find((line) => line > target);
    const place = next === undefined ? /^---$(?![^]*- \.\/)/ : new RegExp(`^${next.replaceAll(".", "\\.")}$`);
    const listed = insertBeforeFirst(text, place, `${target}\n`, "the list of parts in catalog-info.yaml");
    return withTeam(listed, team, `Owns the ${name.title} client and its BFF`);
  });
}
