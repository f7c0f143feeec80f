/**
 * Generates modules from all public documents, and prints what each cost and what is left out of
 * it. Ends with status 1 where one exceeds a limit. It downloads 75 MB from npm: a nightly task.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PUBLIC_DOCUMENTS } from "./documents.ts";
import { complaints, measureDocument } from "./measure-document.ts";

const folder = mkdtempSync(join(tmpdir(), "documents-"));
try {
  for (const [from, documents] of Map.groupBy(PUBLIC_DOCUMENTS, (document) => document.from)) {
    const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, from], {
      encoding: "utf8",
    });
    const paths = documents.map(({ path }) => path);
    execFileSync("tar", ["-xzf", join(folder, packed.trim()), "-C", folder, ...paths]);
    for (const { name, path } of documents) {
      const measured = measureDocument(join(folder, path));
      const { seconds, megabytes, ratio, typecheckSeconds, operations, leftOut, refusedExamples } = measured;
      process.stdout.write(
        `${name}: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB, ${ratio.toFixed(2)} times the document, ` +
          `types ${typecheckSeconds.toFixed(1)} s, ${operations} operations, ${refusedExamples} examples refused\n`,
      );
      for (const [why, count] of Object.entries(leftOut))
        process.stdout.write(`  left out ${count}: ${why}\n`);
      for (const complaint of complaints(measured)) {
        process.stdout.write(`  WRONG: ${complaint}\n`);
        process.exitCode = 1;
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
