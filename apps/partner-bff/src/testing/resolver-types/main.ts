/** `npm run generate`: writes the resolver types of `contracts/schema.graphql`. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answerArguments } from "@triptych/testing/program";
import { generateResolverTypes } from "./generate.ts";

answerArguments("resolver-types", "Writes the resolver types of contracts/schema.graphql: npm run generate");
const app = join(import.meta.dirname, "..", "..", "..");
const schema = await readFile(join(app, "contracts", "schema.graphql"), "utf8");
await writeFile(join(app, "src", "generated", "resolvers.ts"), await generateResolverTypes(schema));
