/**
 * The web BFF as it ships, except that it keeps the catalog's answers for as long as the catalog
 * allows, where CATALOG_CACHE is `true`.
 */
import { startBff } from "@triptych/bff";
import { catalogService } from "@triptych/domain-clients/catalog";
import type { Upstream } from "@triptych/upstream-client";
import { bff } from "@triptych/web-bff";

const cache = process.env["CATALOG_CACHE"] === "true";
const catalog = { service: (upstream: Upstream) => catalogService(upstream, { cache }) };
await startBff({ ...bff, upstreams: { ...bff.upstreams, catalog } }, process.env);
