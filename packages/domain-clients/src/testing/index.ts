export { appUnderTest } from "./app-under-test.ts";
export type { AppUnderTest } from "./app-under-test.ts";
export { dependenciesOf, testDegradation } from "./degradation.ts";
export type { DegradableApp } from "./degradation.ts";
export { EndedCalls } from "./ended-calls.ts";
export { FAILURES, HANGS, OVERLOADED } from "./failures.ts";
export type { Failure, Outcome } from "./failures.ts";
export { HOSTILE, INTERNAL, INTERNAL_NUMBER } from "./fixtures/texts.ts";
export { holdsNothingInternal, holdsNothingUnnamed } from "./whitelist.ts";
export { pathsOf, visitsTo } from "./visits.ts";
export { startStubServices } from "./stub-services.ts";
export type { StubServices } from "./stub-services.ts";
export {
  answers,
  replacesBody,
  cutsBody,
  fails,
  hangs,
  resets,
  waitsFor,
  withHeaders,
} from "@triptych/testing";
