import type { ServerResponse } from "node:http";
import { findRecord } from "./record.ts";

/**
 * Says which layer made this answer, and for a refusal what of it said no (one of few short words):
 * in `Server-Timing` for whoever holds the answer, and in the log line.
 */
export function nameLayer(res: ServerResponse, layer: string, detail?: string): void {
  const notes = findRecord(res)?.notes;
  if (notes !== undefined) {
    notes["layer"] = layer;
    if (detail !== undefined) notes["refusedBy"] = detail;
  }
  if (!res.headersSent) res.appendHeader("Server-Timing", layerEntry(layer, detail));
}

/**
 * One entry of `Server-Timing` (W3C Server Timing), for an answer that has no response object yet.
 */
export function layerEntry(layer: string, detail?: string): string {
  return detail === undefined ? layer : `${layer};desc="${detail}"`;
}
