export { appUnderTest } from "./app-under-test.ts";
export type { AppUnderTest } from "./app-under-test.ts";
export {
  answers,
  BREAKS_CONTRACT,
  changes,
  cutsBody,
  fails,
  hangs,
  resets,
  waitsFor,
  withHeaders,
} from "./behaviours.ts";
export { EndedCalls } from "./ended-calls.ts";
export { FAILURES, HANGS, OVERLOADED } from "./failures.ts";
export type { Failure, Outcome } from "./failures.ts";
export { HOSTILE, INTERNAL, INTERNAL_NUMBER } from "./fixtures/texts.ts";
export { jsonReply, problemReply } from "./reply.ts";
export type { Behaviour, ReceivedCall, StubReply } from "./reply.ts";
export { StubService } from "./stub-service.ts";
export type { Where } from "./stub-service.ts";
export { startStubServices } from "./stub-services.ts";
export type { StubServices } from "./stub-services.ts";
