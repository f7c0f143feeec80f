/** What a GraphQL answer says, without what a server adds of its own. @throws TypeError for one that failed or lacks a part */
export function dataOf(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || !("data" in answer) || "errors" in answer) {
    throw new TypeError(`expected a GraphQL answer with data, got ${JSON.stringify(answer)}`);
  }
  const { extensions } = Object(answer);
  const degraded: unknown = Object(extensions).degraded ?? [];
  if (!Array.isArray(degraded) || degraded.length > 0) {
    throw new TypeError(`expected a whole answer, got one that lacks ${JSON.stringify(degraded)}`);
  }
  return answer.data;
}
