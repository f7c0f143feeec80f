import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue } from "node:sqlite";

/** The four services' databases as one, to ask what a screen should say without asking the services. */
export interface Databases extends Disposable {
  /** The JSON in the first column of the only row; undefined where there is no row. */
  json(sql: string, parameters: Readonly<Record<string, SQLInputValue>>): unknown;
  /** The first column of every row. */
  texts(sql: string, parameters?: Readonly<Record<string, SQLInputValue>>): readonly string[];
}

/** Opens them for reading alone, while the services may be using them: `users.users`, `orders.order_lines` and so on. */
export function openDatabases(dataDir: string): Databases {
  const database = new DatabaseSync(":memory:");
  for (const name of ["users", "orders", "recommendations", "catalog"]) {
    database.prepare(`ATTACH ? AS ${name}`).run(`file:${join(dataDir, `${name}.sqlite`)}?mode=ro`);
  }
  return {
    json(sql, parameters) {
      const row = database.prepare(sql).get(parameters);
      const [text] = Object.values(row ?? {});
      return typeof text === "string" ? JSON.parse(text) : undefined;
    },
    texts(sql, parameters = {}) {
      return database
        .prepare(sql)
        .all(parameters)
        .map((row) => String(Object.values(row)[0]));
    },
    [Symbol.dispose]: () => database.close(),
  };
}
