import type { TestEvent } from "node:test/reporters";
import { noTests } from "./summary.ts";

/**
 * A reporter of `node --test` that prints nothing and sends the counts to the parent process when all tests
 * have ended. A parent that never hears of it knows that the process ended early.
 *
 * Suites are not counted, except a skipped one (its tests are never listed) and one that fails by itself (a
 * hook, for instance). A test that fails only because a test inside it failed is not counted a second time.
 */
// oxlint-disable-next-line import/no-default-export, require-yield -- node --test takes a default export that is a generator
export default async function* countTests(events: AsyncIterable<TestEvent>): AsyncGenerator<never> {
  const counts = noTests();
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, skip, todo, details } = event.data;
    const reason = reasonOf("skip", skip) ?? reasonOf("todo", todo);
    if (reason !== undefined) {
      counts.skipped += 1;
      counts.skips.push({ name, reason });
    } else if (event.type === "test:fail") {
      if (!failedInside(event.data.details.error)) counts.failed += 1;
    } else if (details.type !== "suite") {
      counts.passed += 1;
    }
  }
  process.send?.(counts);
}

function reasonOf(word: string, value: string | boolean | undefined): string | undefined {
  if (value === undefined || value === false) return undefined;
  return typeof value === "string" && value !== "" ? value : `${word}, without a reason`;
}

function failedInside(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}
