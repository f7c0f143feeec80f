import { resolve } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { noTests } from "./summary.ts";

/**
 * A reporter of `node --test` that prints nothing and sends the counts to the parent process: after
 * each test, and once more, with `done`, when all have ended. A parent that never hears of that
 * knows that the process ended early, or that something keeps it from ending.
 *
 * Suites are not counted, except a skipped one (its tests are never listed) and one that fails by
 * itself (a hook, for instance). A test that fails only because a test inside it failed is not
 * counted a second time.
 */
// oxlint-disable-next-line import/no-default-export, require-yield -- node --test takes a default export that is a generator
export default async function* countTests(events: AsyncIterable<TestEvent>): AsyncGenerator<never> {
  const counts = noTests();
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, file, skip, todo, details } = event.data;
    const reason = reasonOf("skip", skip) ?? reasonOf("todo", todo);
    if (reason !== undefined) {
      counts.skipped += 1;
      counts.skips.push({ name, reason });
    } else if (event.type === "test:fail") {
      if (!failedInside(event.data.details.error)) counts.failed += 1;
    } else if (details.type !== "suite" && !isEmptyFile(name, file)) {
      counts.passed += 1;
    }
    process.send?.({ ...counts, done: false });
  }
  process.send?.({ ...counts, done: true });
}

function reasonOf(word: string, value: string | boolean | undefined): string | undefined {
  if (value === undefined || value === false) return undefined;
  return typeof value === "string" && value !== "" ? value : `${word}, without a reason`;
}

/**
 * Node reports a file without a test as a test of the file's name that passes. It proves nothing.
 */
function isEmptyFile(name: string, file: string | undefined): boolean {
  return file !== undefined && resolve(name) === file;
}

function failedInside(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}
