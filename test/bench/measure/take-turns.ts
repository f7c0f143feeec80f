/**
 * Lets contenders take turns in short slices, so that whatever else the machine does falls on all of them. Each turn begins
 * with another one, so that none always follows the same neighbour.
 *
 * @param slice measures one slice of one contender
 * @returns what the slices measured, by contender, in the turns' order
 */
export async function takeTurns<Contender, Sample>(
  contenders: readonly Contender[],
  turns: number,
  slice: (contender: Contender) => Promise<Sample>,
): Promise<ReadonlyMap<Contender, readonly Sample[]>> {
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    const first = turn % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      samples.get(contender)?.push(await slice(contender));
    }
  }
  return samples;
}
