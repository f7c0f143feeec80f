import type { ServiceOrigins } from "../processes/services.ts";
import type { Recording } from "../recordings/recordings.ts";

/** Stand-ins for the four domain services that give recorded answers as cheaply as can be. */
export interface RecordedServices extends AsyncDisposable {
  /** What answers, for the report: `nginx/1.22.1`, or a Node server. */
  readonly description: string;
  readonly origins: ServiceOrigins;
}

export type ServicesOptions = {
  /** How long each answer takes, ms. Default 0. */
  readonly delayMs?: number;
  /** Whether whoever keeps the catalog's answers has to ask each time if they still hold; they always do, so that it is told 304. */
  readonly catalogRevalidates?: boolean;
};

/** What an answer says of how long it may be kept. */
export function cacheControlOf(
  { file, cacheControl }: Recording,
  { catalogRevalidates = false }: ServicesOptions,
): string {
  return catalogRevalidates && file.startsWith("catalog") ? "public, max-age=0" : cacheControl;
}
