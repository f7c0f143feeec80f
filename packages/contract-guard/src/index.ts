export { checkApp } from "./check-app.ts";
export type { AppCheck, Break } from "./check-app.ts";
export { isGuardError } from "./finding.ts";
export type { Direction, Finding, FindingCode } from "./finding.ts";
export { compareGraphql } from "./graphql/compare-graphql.ts";
export type { GraphqlComparison, GraphqlContract } from "./graphql/compare-graphql.ts";
export { compareOpenApi } from "./openapi/compare-openapi.ts";
