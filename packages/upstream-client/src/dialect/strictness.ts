/** How strictly answers are read. */
export type Strictness = {
  /**
   * What becomes of an answer that breaks its contract. `enforce`: it is `invalid`. `report`: it is
   * counted and named, and used as it is. Default `enforce`.
   */
  readonly validation?: "enforce" | "report" | undefined;
  /**
   * Whether formats such as `date-time` are part of the contract. Default `annotate`: they are not,
   * as in JSON Schema 2020-12, because few services keep to them. A screen that formats dates asks
   * for `enforce`.
   */
  readonly formats?: "annotate" | "enforce" | undefined;
};
