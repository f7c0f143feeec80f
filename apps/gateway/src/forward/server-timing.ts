import type { ServerResponse } from "node:http";
import { record } from "@triptych/service-kit";

/**
 * Says which layer made this answer, and for a refusal which of its policies: in `Server-Timing` for whoever holds the
 * answer, and in the log line.
 */
export function nameLayer(res: ServerResponse, layer: string, detail?: string): void {
  const { notes } = record(res);
  notes["layer"] = layer;
  if (detail !== undefined) notes["refusedBy"] = detail;
  if (!res.headersSent) {
    res.appendHeader("Server-Timing", detail === undefined ? layer : `${layer};desc="${detail}"`);
  }
}
