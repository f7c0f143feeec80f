export { makeCall, makeOperation, makeRequest } from "./make-call.ts";
export type { TestRequest } from "./make-call.ts";
export { PendingCall, ScriptedSend, failureOf, promised, valueOf } from "./scripted-send.ts";
export { testUpstream } from "./upstream-under-test.ts";
export type { HowToCall, TestedUpstream } from "./upstream-under-test.ts";
