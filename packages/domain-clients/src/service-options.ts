/** What a BFF decides about a service that it uses. */
export type ServiceOptions = {
  /**
   * Keeps the service's answers for as long as the service allows, and lets an old one stand in (and be named in `degraded`) when the
   * service fails. Who may share an answer is the contract's to say, not the BFF's. Default false: what a client sees is what the
   * service says now.
   */
  readonly cache?: boolean;
};
