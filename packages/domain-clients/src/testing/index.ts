export { appUnderTest } from "./app-under-test.ts";
export type { AppUnderTest } from "./app-under-test.ts";
export { EndedCalls } from "./ended-calls.ts";
export { FAILURES, HANGS, OVERLOADED } from "./failures.ts";
export type { Failure, Outcome } from "./failures.ts";
export { HOSTILE, INTERNAL, INTERNAL_NUMBER } from "./fixtures/texts.ts";
export { startStubServices } from "./stub-services.ts";
export type { StubServices } from "./stub-services.ts";
export { answers, changes, cutsBody, fails, hangs, resets, waitsFor, withHeaders } from "@triptych/testing";
