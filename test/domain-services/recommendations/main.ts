import { text } from "../service/database.ts";
import { json, Problem } from "../service/reply.ts";
import { bodyOf, limitOf, userOf } from "../service/request.ts";
import { runService } from "../service/run.ts";
import type { ServiceDefinition } from "../service/run.ts";
import type { Route } from "../service/app.ts";
import { SettingError } from "../service/tools.ts";

/** The most slots that the contract lets a caller ask for, and that are ranked. */
const MAX_SLOTS = 50;
/** Trained on all purchases up to the sample data's "today". */
const MODEL = { name: "baskets-2026-11", trainedAt: "2026-11-20T12:00:00.000Z" };

/** A version of the contract: 1 is `/recommendations`, 2 is `/recs/v2`. */
type Version = 1 | 2;
const isVersion = (value: unknown): value is Version => value === 1 || value === 2;

/**
 * A user's first slots as a JSON list. A user without a ranking gets the best sellers, ranked for
 * ''.
 */
const selectSlots = (slot: string): string => `
  SELECT json_group_array(${slot} ORDER BY rank) AS slots FROM ranking
  WHERE rank <= :limit AND user_id = coalesce((SELECT user_id FROM ranking WHERE user_id = :user LIMIT 1), '')`;

const SELECT_V1 = selectSlots(
  `json_object('productId', product_id, 'score', score, 'reason', kind, 'modelVersion', '${MODEL.name}')`,
);
const SELECT_V2 = selectSlots(`json_object('rank', rank, 'product', json_object('id', product_id),
  'because', json_object('kind', kind, 'productId', because_product_id), 'confidence', confidence,
  'features', json_object('score', score, 'supportingProducts', supporting_products))`);

/** What a user may like, in the versions of the contract that it is told to serve. */
export function recommendationsService(servedAtStart: readonly Version[]): ServiceDefinition {
  return {
    name: "recommendations",
    defaultPort: 9003,
    loadData: () => import("./data.ts"),
    open(database) {
      let served = servedAtStart;
      const list = (sql: string): ((user: string, limit: number) => string) => {
        const select = database.prepare(sql);
        return (user, limit) => text(select.get({ user, limit }) ?? {}, "slots");
      };
      const [listV1, listV2] = [list(SELECT_V1), list(SELECT_V2)];
      const routes: Route[] = [
        {
          method: "get",
          path: "/recommendations",
          breakable: {
            required: "items.*.productId",
            typed: "items.*.productId",
            enumerated: "items.*.reason",
          },
          answer(request, response) {
            if (!served.includes(1)) throw new Problem(410, "Version 1 is no longer served: use /recs/v2.");
            const items = listV1(userOf(response), limitOf(request, MAX_SLOTS));
            return { status: 200, body: `{"items":${items}}`, headers: { vary: "X-User-Id" } };
          },
        },
        {
          method: "get",
          path: "/recs/v2",
          breakable: {
            required: "slots.*.product",
            typed: "slots.*.product",
            enumerated: "slots.*.because.kind",
            maps: ["features"],
          },
          answer(request, response) {
            if (!served.includes(2)) throw new Problem(404, "No such resource.");
            const slots = listV2(userOf(response), limitOf(request, MAX_SLOTS));
            const body = `{"slots":${slots},"model":${JSON.stringify(MODEL)}}`;
            const headers = {
              "cache-control": "private, max-age=60, stale-while-revalidate=300",
              vary: "X-User-Id",
            };
            return { status: 200, body, headers, isConditional: true };
          },
        },
      ];
      const show = (): ReturnType<typeof json> => json({ served: served.toSorted((a, b) => a - b) });
      const adminRoutes: Route[] = [
        { method: "get", path: "/versions", answer: show },
        {
          method: "put",
          path: "/versions",
          answer(request) {
            served = servedOf(bodyOf(request));
            return show();
          },
        },
        {
          method: "delete",
          path: "/versions",
          answer() {
            served = servedAtStart;
            return show();
          },
        },
      ];
      return { routes, adminRoutes };
    },
  };
}

function servedOf(body: unknown): readonly Version[] {
  const { served } = typeof body === "object" && body !== null && "served" in body ? body : {};
  const versions: readonly unknown[] = Array.isArray(served) ? served : [];
  if (versions.length > 0 && versions.every(isVersion)) return versions;
  throw new Problem(400, 'The body must be {"served":[1,2]}, or name only one of them.');
}

/**
 * `RECOMMENDATIONS_VERSIONS`: "1,2" (the default), "1" or "2".
 * @throws SettingError for anything else
 */
export function readVersions(value = "1,2"): Version[] {
  const versions = value.split(",").map((part) => Number(part.trim()));
  if (versions.every(isVersion)) return versions;
  throw new SettingError("RECOMMENDATIONS_VERSIONS", `must be 1,2 or 1 or 2, got '${value}'`);
}

if (import.meta.main) {
  const define = (environment: Readonly<Record<string, string | undefined>>): ServiceDefinition =>
    recommendationsService(readVersions(environment["RECOMMENDATIONS_VERSIONS"]));
  await runService("recommendations", define, process.env);
}
