export { TEST_KEY, serveApp, signIdentity } from "./app-under-test.ts";
export type { Answer, AppUnderTest, AppUnderTestOptions, Question, SigningKey } from "./app-under-test.ts";
export {
  answers,
  replacesBody,
  cutsBody,
  fails,
  hangs,
  resets,
  waitsFor,
  withHeaders,
} from "./behaviours.ts";
export { CapturedLog } from "./captured-log.ts";
export { Program } from "./child-process.ts";
export type { ProgramOptions } from "./child-process.ts";
export { FakeClock, RETRY_PAUSE_MS } from "./fake-clock.ts";
export type { FakeClockOptions } from "./fake-clock.ts";
export { accepts, freePorts } from "./free-ports.ts";
export { FAULTS, HEAD, writes } from "./faults.ts";
export type { Fault, FaultKind } from "./faults.ts";
export { MisbehavingUpstream, jsonReply, problemReply } from "./misbehaving-upstream.ts";
export type { Behaviour, Ordinary, Received, Reply, Where } from "./misbehaving-upstream.ts";
export { listen } from "./program.ts";
export { constantRandom, seededRandom } from "./random.ts";
export { RawConnection } from "./raw-connection.ts";
export type { RawAnswer } from "./raw-connection.ts";
export { RawUpstream, response } from "./raw-upstream.ts";
export type { RawHandler } from "./raw-upstream.ts";
export { RecordingUpstream } from "./recording-upstream.ts";
export type { Recorded } from "./recording-upstream.ts";
export { RedisServer, skipWithoutRedis } from "./redis-server.ts";
export { assertRefused, IMPOSSIBLE_IDS, INVALID, shown } from "./refused.ts";
export type { Refusal } from "./refused.ts";
