import type { ServiceOrigins } from "../processes/services.ts";

/** Stand-ins for the four domain services that give recorded answers as cheaply as can be. */
export interface RecordedServices extends AsyncDisposable {
  /** What answers, for the report: `nginx/1.22.1`, or a Node server. */
  readonly description: string;
  readonly origins: ServiceOrigins;
}
