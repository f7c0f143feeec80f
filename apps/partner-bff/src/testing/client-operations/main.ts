/** Part of `npm run generate`: writes the documents of the client package. */
import { join } from "node:path";
import { replaceFolder } from "@triptych/contract-codegen";
import { answerArguments } from "@triptych/testing/program";
import { readContract } from "../../documents/contract.ts";
import { generateClient } from "./generate.ts";

answerArguments("client-operations", "Writes the documents of the client package: npm run generate");
const app = join(import.meta.dirname, "..", "..", "..");
const contract = await readContract(new URL("../../../contracts/", import.meta.url));
await replaceFolder(join(app, "client", "generated"), await generateClient(contract));
