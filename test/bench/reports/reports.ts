import type { ReportName } from "../command/options.ts";
import { bytes } from "./bytes.ts";
import { caching } from "./caching.ts";
import { growth } from "./growth.ts";
import { latency } from "./latency.ts";
import { overload } from "./overload.ts";
import type { Report } from "./report.ts";
import { soak } from "./soak.ts";
import { start } from "./start.ts";
import { tracing } from "./tracing.ts";

/** All but `pages`, which compares many programs and has a form of its own. */
export const SUBJECTS: Readonly<Record<Exclude<ReportName, "pages">, Report>> = {
  latency,
  growth,
  soak,
  caching,
  tracing,
  overload,
  start,
  bytes,
};
