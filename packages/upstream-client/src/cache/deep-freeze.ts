/**
 * Freezes a value parsed from JSON, all the way down, so that no screen can change what another will be given. It keeps its own list of
 * what is left to do, because a body may be nested more deeply than the stack is.
 *
 * @returns how many objects and lists it froze; what was frozen already is not counted
 */
export function deepFreeze(value: unknown): number {
  let frozen = 0;
  const left: unknown[] = [value];
  for (let next = left.pop(); next !== undefined || left.length > 0; next = left.pop()) {
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    frozen += 1;
    for (const child of Object.values(next)) {
      if (typeof child === "object" && child !== null) left.push(child);
    }
  }
  return frozen;
}
