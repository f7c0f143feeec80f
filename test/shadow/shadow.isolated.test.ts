import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { ROOT } from "@triptych/cli/stack";
import { checkOut } from "../bench/base/checkout.ts";
import { budgetedScreens } from "../budgets/screens.ts";
import { playShadow } from "./play.ts";

const SCREENS = "apps/mobile-bff/src/screens";

/**
 * One change of the mobile screens each: the file, what is replaced by what, and where the answers
 * then differ.
 */
const SEEDED: readonly [file: string, from: string, to: string, at: string][] = [
  ["home", "name: user.name.given", "name: user.name.display", "/profile/name"],
  ["home", "avatar: avatarImage(user.avatar, input)", 'avatar: ""', "/profile/avatar"],
  ["home", "          id,\n", '          id: id + "-",\n', "/orders/*/id"],
  ["home", "          status,\n", '          status: "unknown" as const,\n', "/orders/*/status"],
  ["home", 'title: lines[0]?.title ?? ""', 'title: lines.at(-1)?.title ?? ""', "/orders/*/title"],
  ["home", "sum + line.quantity, 0", "sum + line.quantity, 1", "/orders/*/items"],
  ["home", "known.slice(0, PICKS)", "known.slice(0, PICKS - 1)", "/picks"],
  ["picks", "    id,\n", '    id: id + "-",\n', "/picks/*/id"],
  ["picks", "    title,\n", "    title: title.trim() + title,\n", "/picks/*/title"],
  ["picks", "formatMoney(price, reader.locale)", 'formatMoney(price, "ar")', "/picks/*/price"],
  ["order", "canCancel: canCancel(order)", "canCancel: !canCancel(order)", "/order/canCancel"],
  ["order", "formatMoney(order.total, reader.locale)", 'formatMoney(order.total, "ar")', "/order/total"],
  ["order", "order.placedAt, reader.locale", 'order.placedAt, "ja"', "/order/placed"],
  ["order", "...order,", '...order, number: "-",', "/order/number"],
  [
    "order",
    "...order,",
    "...order, lines: order.lines.map((line) => ({ ...line, quantity: 0 })),",
    "/order/lines/*/quantity",
  ],
  ["product-details", "    brand,\n", '    brand: "-",\n', "/product/brand"],
  ["product-details", "rating: rating.average", "rating: rating.count", "/product/rating"],
  ["product-details", 'stock.status === "low"', 'stock.status === "out_of_stock"', "/product/inStock"],
  ["product-details", "productImage(images, input)", '""', "/product/image"],
  ["product-details", "formatMoney(price, reader.locale)", 'formatMoney(price, "ar")', "/product/price"],
];

/** The same, in a place that is ignored. */
const IGNORED: (typeof SEEDED)[number] = ["picks", "pickImage(images, input)", '""', "/picks/*/image"];

it("finds each of 20 seeded changes of a BFF, and nothing where there is none", async () => {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
  const copy = () => checkOut(ROOT, { name: "HEAD", commit }, { npm: undefined, print: () => undefined });
  await using base = await copy();
  await using here = await copy();
  const screens = await budgetedScreens(["mobile"]);
  // The second is of an app that is told to update.
  const requests = [
    { app: "mobile-bff", path: "/mobile/home?dpr=9", user: "1" },
    { app: "mobile-bff", path: "/mobile/home", user: "1", appVersion: "1.9.9" },
  ];
  // What the base's contract does not have is new here.
  const contract = join(base.root, "apps/mobile-bff/contracts/openapi.json");
  const promised = readFileSync(contract, "utf8");
  writeFileSync(contract, promised.replace("/mobile/products/{productId}", "/mobile/other"));
  const alike = await playShadow({ base: base.root, here: here.root, screens, requests });
  writeFileSync(contract, promised);
  assert.deepEqual([alike.findings, alike.added], [[], ["mobile-bff product"]]);
  assert.equal(alike.refused, requests.length);
  assert.ok(alike.pairs > 50);

  for (const [file, from, to] of [...SEEDED, IGNORED]) {
    const path = join(here.root, SCREENS, `${file}.ts`);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes(from), `${file} has no ${from} any more: seed another change`);
    writeFileSync(path, text.replace(from, to));
  }
  const { findings } = await playShadow({
    base: base.root,
    here: here.root,
    screens,
    ignored: [IGNORED[3]],
  });
  const wanted = SEEDED.map(([, , , at]) => at);
  assert.deepEqual(findings.map(({ at }) => at).toSorted(), wanted.toSorted());
});
