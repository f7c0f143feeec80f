import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SampleUser } from "@triptych/console";

/** Names of sample users, and a word on what is special about each, relative to the root. */
const FILE = "test/domain-services/sample-users.json";

/** For services without such a file: their documents answer alike for every user. */
const ANY_USERS: readonly SampleUser[] = ["42", "1", "7"].map((id) => ({
  id,
  name: `User ${id}`,
  about: "",
}));

/** The users that a person may be in development. @throws SyntaxError if their file is not JSON */
export function sampleUsersIn(root: string): readonly SampleUser[] {
  const file = join(root, FILE);
  if (!existsSync(file)) return ANY_USERS;
  const users: unknown = JSON.parse(readFileSync(file, "utf8"));
  return Array.isArray(users) ? users.filter(isUser) : ANY_USERS;
}

function isUser(value: unknown): value is SampleUser {
  const { id, name, about } = Object(value);
  return [id, name, about].every((text) => typeof text === "string");
}
