// Generated from contracts/released; to regenerate: npm run contracts -w @triptych/mobile-bff

import type * as v2_4_0 from "./released/2.4.0.js";
import type * as v3_0_0 from "./released/3.0.0.js";

/** The contract of each released version. */
export interface Released {
  "2.4.0": { paths: v2_4_0.paths; operations: v2_4_0.operations };
  "3.0.0": { paths: v3_0_0.paths; operations: v3_0_0.operations };
}
