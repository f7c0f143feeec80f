import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { ROOT } from "@triptych/cli/stack";
import { checkOut } from "../bench/base/checkout.ts";
import { budgetedScreens } from "../budgets/screens.ts";
import { playShadow } from "./play.ts";
import { seedAnswers } from "./testing/seeded-answers.ts";

it("finds each seeded change of a BFF, and nothing where there is none", async () => {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
  const copy = () => checkOut(ROOT, { name: "HEAD", commit }, { npm: undefined, print: () => undefined });
  await using base = await copy();
  await using here = await copy();
  const notes = join(here.root, "places.txt");
  const main = join(here.root, "apps/mobile-bff/src/main.ts");
  const unseeded = readFileSync(main, "utf8");
  const seed = (areChanged: boolean): void => {
    const module = JSON.stringify(import.meta.resolve("./testing/seeded-answers.ts"));
    const call = `${seedAnswers.name}(${JSON.stringify(notes)}, ${areChanged});`;
    writeFileSync(notes, "");
    writeFileSync(main, `import { ${seedAnswers.name} } from ${module};\n${call}\n${unseeded}`);
  };
  const places = (): readonly string[] => readFileSync(notes, "utf8").split("\n").slice(0, -1);
  const screens = await budgetedScreens(["mobile"]);
  // The second is of an app that is told to update.
  const requests = [
    { app: "mobile-bff", path: "/mobile/home?dpr=9", user: "1" },
    { app: "mobile-bff", path: "/mobile/home", user: "1", appVersion: "1.9.9" },
  ] as const;
  // What the base's contract does not have is new here.
  const added = screens.at(-1);
  assert.ok(added !== undefined);
  const contract = join(base.root, "apps/mobile-bff/contracts/openapi.json");
  const promised = readFileSync(contract, "utf8");
  writeFileSync(
    contract,
    promised.replace(`"${added.path.replaceAll(/:(\w+)/g, "{$1}")}"`, '"/mobile/other"'),
  );
  seed(false);
  const alike = await playShadow({ base: base.root, here: here.root, screens, requests });
  writeFileSync(contract, promised);
  assert.deepEqual([alike.findings, alike.added], [[], [`mobile-bff ${added.name}`]]);
  assert.equal(alike.refused, requests.length);
  assert.ok(alike.pairs > 50);

  const ignored = places().find((place, _, all) => !all.some((at) => at.startsWith(`${place}/`)));
  assert.ok(ignored !== undefined);
  seed(true);
  const { findings } = await playShadow({ base: base.root, here: here.root, screens, ignored: [ignored] });
  const seeded = places().filter((place) => place !== ignored);
  assert.ok(seeded.length > screens.length, `only ${seeded.length} places were changed`);
  assert.deepEqual(findings.map(({ at }) => at).toSorted(), seeded.toSorted());
});
