import { limitOf } from "../http/parameters.ts";
import { Problem, notFound } from "../http/problem.ts";
import { conditionalJson, json } from "../http/reply.ts";
import type { ServiceDefinition } from "../process/service.ts";
import { REFERENCE_MS, toDateTime } from "../seed/reference.ts";
import { recommendationsSeed } from "./database.ts";
import type { Slot } from "./ranking.ts";
import { MAX_SLOTS } from "./ranking.ts";
import { slotReader } from "./slot-reader.ts";
import { servedVersions, versionRoutes } from "./versions.ts";
import type { Version } from "./versions.ts";

const MODEL = { name: "baskets-2026-11", trainedAt: toDateTime(REFERENCE_MS) };

/** What a user may like next, in the versions of the contract that it is told to serve. */
export function recommendationsService(served: readonly Version[]): ServiceDefinition {
  return {
    name: "recommendations",
    seed: recommendationsSeed,
    open(database) {
      const read = slotReader(database);
      const versions = servedVersions(served);
      return {
        adminRoutes: versionRoutes(versions),
        routes: [
          {
            method: "GET",
            path: "/recommendations",
            breakable: {
              required: "items.*.productId",
              typed: "items.*.productId",
              enumerated: "items.*.reason",
            },
            answer(request) {
              if (!versions.has(1))
                throw new Problem(410, "gone", "Version 1 is no longer served: use /recs/v2.");
              const slots = read(request.userId(), limitOf(request.query, MAX_SLOTS));
              return json({ items: slots.map(toItem) }, { vary: "X-User-Id" });
            },
          },
          {
            method: "GET",
            path: "/recs/v2",
            breakable: {
              required: "slots.*.product",
              typed: "slots.*.product",
              enumerated: "slots.*.because.kind",
              maps: ["features"],
            },
            answer(request) {
              if (!versions.has(2)) throw notFound("No such resource.");
              const slots = read(request.userId(), limitOf(request.query, MAX_SLOTS));
              return conditionalJson(
                { slots: slots.map(toSlotV2), model: MODEL },
                { "cache-control": "private, max-age=60, stale-while-revalidate=300", vary: "X-User-Id" },
              );
            },
          },
        ],
      };
    },
  };
}

function toItem({ productId, score, kind }: Slot): object {
  return { productId, score, reason: kind, modelVersion: MODEL.name };
}

function toSlotV2(
  { productId, kind, becauseProductId, score, confidence, supportingProducts }: Slot,
  index: number,
): object {
  return {
    rank: index + 1,
    product: { id: productId },
    because: { kind, productId: becauseProductId },
    confidence,
    features: { score, supportingProducts },
  };
}
