export { FakeClock } from "./fake-clock.ts";
export { makeCall, makeOperation, makeRequest } from "./make-call.ts";
export type { TestRequest } from "./make-call.ts";
export { RawUpstream, response } from "./raw-upstream.ts";
export type { RawHandler } from "./raw-upstream.ts";
export { PendingCall, ScriptedSend, failureOf, valueOf } from "./scripted-send.ts";
export { testUpstream } from "./upstream-under-test.ts";
export type { HowToCall, TestedUpstream } from "./upstream-under-test.ts";
export { constantRandom, seededRandom } from "./seeded-random.ts";
