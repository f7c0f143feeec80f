import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { ROOT } from "@triptych/cli/stack";
import { checkOut } from "../bench/base/checkout.ts";
import { budgetedScreens } from "../budgets/screens.ts";
import { playShadow } from "./play.ts";

const HOME = "apps/mobile-bff/src/screens/home.ts";
const ORDER = "apps/mobile-bff/src/screens/order.ts";
const PRODUCT = "apps/mobile-bff/src/screens/product.ts";

/** One change of the mobile screens each, and where its answers then differ. */
const SEEDED: readonly [file: string, from: string, to: string, at: string][] = [
  [HOME, "name: user.name.given", "name: user.name.display", "/profile/name"],
  [HOME, 'title: lines[0]?.title ?? ""', 'title: lines.at(-1)?.title ?? ""', "/orders/*/title"],
  [HOME, "sum + line.quantity, 0", "sum + line.quantity, 1", "/orders/*/items"],
  [HOME, "known.slice(0, PICKS)", "known.slice(0, PICKS - 1)", "/picks"],
  [ORDER, "canCancel: canCancel(order)", "canCancel: !canCancel(order)", "/order/canCancel"],
  [ORDER, "formatMoney(order.total, reader.locale)", 'formatMoney(order.total, "ar")', "/order/total"],
  [ORDER, "order.placedAt, reader.locale", 'order.placedAt, "ja"', "/order/placed"],
  [
    PRODUCT,
    "shape: toProductDetails,",
    'shape: (...all) => ({ ...toProductDetails(...all), brand: "-" }),',
    "/product/brand",
  ],
];

it("finds each of eight seeded changes of a BFF, and nothing where there is none", async () => {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
  const copy = () => checkOut(ROOT, { name: "HEAD", commit }, { npm: undefined, print: () => undefined });
  await using base = await copy();
  await using here = await copy();
  const screens = await budgetedScreens(["mobile"]);
  const requests = [{ app: "mobile-bff", path: "/mobile/home?dpr=9", user: "1" }];
  const alike = await playShadow({ base: base.root, here: here.root, screens, requests });
  assert.deepEqual(alike.findings, []);
  assert.ok(alike.pairs > 50);

  for (const [file, from, to] of SEEDED) {
    const path = join(here.root, file);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes(from), `${file} has no ${from} any more: seed another change`);
    writeFileSync(path, text.replace(from, to));
  }
  const { findings } = await playShadow({ base: base.root, here: here.root, screens, ignored: ["/picks/*"] });
  const wanted = SEEDED.map(([, , , at]) => at);
  assert.deepEqual(findings.map(({ at }) => at).toSorted(), wanted.toSorted());
});
