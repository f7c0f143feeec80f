/** A number that a report measured, the limit that it is held to, and what it was compared with in the same run. */
export type Verdict = {
  /** What was measured: `p99 of a page above the bare program's`. */
  readonly of: string;
  readonly measured: number;
  readonly relation: "at most" | "at least";
  readonly limit: number;
  /** Of both: `ms`, `kB`, `×`, `%`. */
  readonly unit: string;
  readonly met: boolean;
  readonly compared: Compared | undefined;
};

/** The project's number beside its baseline's, in a unit of their own. */
export type Compared = {
  readonly project: Quantity;
  readonly baseline: Quantity;
  readonly unit: string;
};

type Quantity = { readonly name: string; readonly value: number };

export function verdict(
  claim: Omit<Verdict, "met" | "compared"> & Partial<Pick<Verdict, "compared">>,
): Verdict {
  const { measured, relation, limit, compared } = claim;
  // A number that could not be measured keeps to no limit: NaN fails both comparisons.
  const met = relation === "at most" ? measured <= limit : measured >= limit;
  return { ...claim, met, compared };
}

/** The verdict in a line: whether it is met, the number beside its limit, and both numbers that it was made of with their ratio. */
export function tellVerdict({ of, measured, relation, limit, unit, met, compared }: Verdict): string {
  const line = `${met ? "MET" : "NOT MET"}: ${of}: ${relation} ${limit} ${unit}, measured ${short(measured)} ${unit}`;
  if (compared === undefined) return line;
  const { project, baseline } = compared;
  const sides = [project, baseline].map(({ name, value }) => `${name} ${short(value)} ${compared.unit}`);
  return `${line} (${sides.join(", ")}: ${short(project.value / baseline.value)} ×)`;
}

/** Two or three digits: these measurements are good for no more. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "nothing";
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(3, Math.max(0, 2 - Math.max(size, -1))));
}
