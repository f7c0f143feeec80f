/** How much one operation may ask for. Part of the published contract: a partner's program may go this far. */
export const LIMITS = {
  /** The deepest that the schema goes: viewer, orders, edges, node, lines, product, price, amount. */
  depth: 8,
  aliases: 15,
  directives: 50,
  /** Names, punctuation and values of the whole document. */
  tokens: 1_000,
  /** A field costs 1; what stands below a field with `first` counts that many times. */
  cost: 5_000,
} as const;
