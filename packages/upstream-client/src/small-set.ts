/**
 * A set that mostly holds one member, and then costs no `Set`: each call registers with several deadlines, and most of those have
 * one listener.
 */
export class SmallSet<Member extends object> {
  #first: Member | undefined;
  #others: Set<Member> | undefined;

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  add(member: Member): void {
    if (this.#first === undefined) this.#first = member;
    else (this.#others ??= new Set()).add(member);
  }

  delete(member: Member): void {
    if (this.#first === member) this.#first = undefined;
    else this.#others?.delete(member);
  }

  /** Takes the members out one by one and visits each; one that is deleted before its turn is not visited. */
  drain(visit: (member: Member) => void): void {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) visit(first);
    const others = this.#others;
    if (others === undefined) return;
    for (const member of others) {
      others.delete(member);
      visit(member);
    }
  }

  reduce(combine: (result: number, member: Member) => number, initial: number): number {
    let result = this.#first === undefined ? initial : combine(initial, this.#first);
    for (const member of this.#others ?? []) result = combine(result, member);
    return result;
  }
}
