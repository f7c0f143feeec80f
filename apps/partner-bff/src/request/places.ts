import type { GraphQLResolveInfo } from "graphql";

/** A field of an answer, and of the schema. */
export type Place = {
  /** As the client wrote it, without the lists' indices: `viewer.orders.edges.node.lines.product`. */
  readonly path: string;
  /** One of few, for the metrics: `OrderLine.product`. A path holds aliases, which clients choose. */
  readonly field: string;
};

export function placeOf({ path, parentType, fieldName }: GraphQLResolveInfo): Place {
  const names: string[] = [];
  for (let step: GraphQLResolveInfo["path"] | undefined = path; step !== undefined; step = step.prev) {
    if (typeof step.key === "string") names.push(step.key);
  }
  return { path: names.toReversed().join("."), field: `${parentType.name}.${fieldName}` };
}

/** The path of an error, in the form of a place's. */
export function pathOf(path: readonly (string | number)[]): string {
  return path.filter((key) => typeof key === "string").join(".");
}
