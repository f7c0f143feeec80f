import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { temporaryDirectory } from "../testing/pristine-data.ts";
import { openSeededDatabase } from "./database.ts";
import type { DatabaseSeed } from "./database.ts";

describe("a seeded database file", () => {
  let directory: string;
  let fills: number;
  beforeEach(() => {
    directory = temporaryDirectory();
    fills = 0;
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const seed = (version: number, alsoDo: () => void = () => undefined): DatabaseSeed => ({
    name: "sample",
    schema: "CREATE TABLE things (name TEXT)",
    version,
    load: () =>
      Promise.resolve((insert) => {
        fills += 1;
        insert("things", { name: `made by version ${version}` });
        alsoDo();
      }),
  });
  const namesIn = async (version: number): Promise<unknown[]> => {
    const database = await openSeededDatabase(directory, seed(version));
    const names = database
      .prepare("SELECT name FROM things")
      .all()
      .map((row) => row["name"]);
    database.close();
    return names;
  };

  it("is made on the first start, and kept on the next with what was written since", async () => {
    const first = await openSeededDatabase(directory, seed(1));
    first.exec("INSERT INTO things VALUES ('written later')");
    first.close();
    assert.deepEqual(await namesIn(1), ["made by version 1", "written later"]);
    assert.equal(fills, 1);
  });

  it("is replaced if its version differs", async () => {
    assert.deepEqual(await namesIn(1), ["made by version 1"]);
    assert.deepEqual(await namesIn(2), ["made by version 2"]);
  });

  it("is replaced if it is no database", async () => {
    writeFileSync(join(directory, "sample.sqlite"), "half of something else ".repeat(500));
    assert.deepEqual(await namesIn(1), ["made by version 1"]);
  });

  it("is made again after it was deleted, without what its log still holds", async () => {
    const old = await openSeededDatabase(directory, seed(1));
    old.exec("INSERT INTO things VALUES ('still in the log')");
    const log = readFileSync(join(directory, "sample.sqlite-wal"));
    old.close();
    writeFileSync(join(directory, "sample.sqlite-wal"), log);
    rmSync(join(directory, "sample.sqlite"));
    assert.deepEqual(await namesIn(1), ["made by version 1"]);
  });

  it("does not exist if making it failed, and the next start makes it", async () => {
    const failing = seed(1, () => {
      throw new Error("out of ideas");
    });
    await assert.rejects(openSeededDatabase(directory, failing), /out of ideas/);
    assert.equal(existsSync(join(directory, "sample.sqlite")), false);
    assert.deepEqual(await namesIn(1), ["made by version 1"]);
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.includes("making")),
      [],
    );
  });

  it("is made once if two processes start at the same time", async () => {
    const both = await Promise.all([
      openSeededDatabase(directory, seed(1)),
      openSeededDatabase(directory, seed(1)),
    ]);
    for (const database of both) database.close();
    assert.equal(fills, 1);
  });
});
