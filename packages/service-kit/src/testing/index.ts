/** For the tests of programs that stand on this kit. */
export { CapturedLog } from "./captured-log.ts";
export { Child } from "./child-process.ts";
export { FakeClock } from "./fake-clock.ts";
export { RawConnection } from "./raw-connection.ts";
export type { RawAnswer } from "./raw-connection.ts";
