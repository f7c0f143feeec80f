import { openLab } from "../lab/lab.ts";
import type { Entry, Lab, Running } from "../lab/lab.ts";
import { median, quantile } from "../measure/statistics.ts";
import type { Bar } from "./bar-chart.ts";
import { environmentLine } from "./findings.ts";
import type { Comparison, Findings, Verdict } from "./findings.ts";

/** A number of a program: what is taken of each of its samples, and what counts of all of them. */
export type Figure<Sample> = {
  /** Of the column, with the unit. */
  readonly head: string;
  readonly of: (sample: Sample) => number;
  /** What counts of the samples of one process. Default the median. */
  readonly over?: (sample: readonly number[]) => number;
  /** Digits behind the point. Default 0. */
  readonly digits?: number;
  /** Whether columns follow with its multiple of the first program's, and how that varied. */
  readonly compared?: true;
};

/** What a program is held to. */
export type Limit<Sample> = {
  readonly figure: Figure<Sample>;
  /** The program's name. */
  readonly of: string;
  /** The program beside which it counts, and how. Default: the figure itself counts. */
  readonly beside?: string;
  readonly by?: "ratio" | "difference";
  readonly relation: "at most" | "at least";
  readonly limit: number;
  /** What is aimed at beyond the limit. */
  readonly goal?: number;
};

/** A report as data: what it measures, which programs take turns, what counts, and the limits. */
export type ReportForm<Sample> = {
  /** On the command line and as the place in docs/performance.md. */
  readonly name: string;
  readonly title: string;
  /** How it was measured, for the reader of the numbers. */
  readonly method: string;
  /** How long each answer of the services takes, in ms. Default 0. */
  readonly delayMs?: number;
  /**
   * How often all programs are started again, in a new lab. Two processes of one program differ by
   * some percent, by what V8 saw first, so the median one counts. Default 1.
   */
  readonly occasions?: number;
  /** The programs, the baseline first. */
  readonly programs: (lab: Lab) => readonly Entry[] | Promise<readonly Entry[]>;
  /** What each process does before anything counts. Default: it answers pages for 4 s. */
  readonly warmUp?: (running: Running) => Promise<void>;
  /** How often each process is measured. */
  readonly rounds: number;
  /** Measures one slice of one process. */
  readonly measure: (running: Running, lab: Lab) => Promise<Sample>;
  readonly figures: readonly Figure<Sample>[];
  readonly limits: readonly Limit<Sample>[];
  /**
   * What a reader must know to trust the numbers. Asked at the end of each occasion, while its
   * programs still run; the last answer counts.
   */
  readonly notes?: (programs: readonly Measured<Sample>[]) => readonly string[] | Promise<readonly string[]>;
};

/** A report that can be made. */
export type Report = { readonly name: string; readonly title: string; run(): Promise<Findings> };

/** A process, and what its slices measured. */
type Process<Sample> = { readonly running: Running; readonly samples: readonly Sample[] };

/** A program with all that was measured of it. */
export type Measured<Sample> = { readonly name: string; readonly processes: readonly Process<Sample>[] };

/** As much of it as figures need. */
type Sampled<Sample> = {
  readonly processes: readonly Pick<Process<Sample>, "samples">[];
};

/**
 * How long a process is under load before it counts: until V8 has compiled the hot path, after some
 * 10,000 pages.
 */
const WARM_UP_MS = 4_000;

/** Makes a form into a report: starts its programs in a lab, lets them take turns, and judges. */
export function report<Sample>(form: ReportForm<Sample>): Report {
  return {
    name: form.name,
    title: form.title,
    async run() {
      const processes: Process<Sample>[] = [];
      const leftOut = new Set<string>();
      let [environment, notes]: [string, readonly string[]] = ["", []];
      for (let occasion = 0; occasion < (form.occasions ?? 1); occasion += 1) {
        await using lab = await openLab({ pinned: true, delayMs: form.delayMs ?? 0 });
        const started = await lab.startAll(await form.programs(lab));
        for (const why of started.leftOut) leftOut.add(why);
        for (const one of started.running) await (form.warmUp ?? underLoad)(one);
        const samples = await takeTurns(started.running, form.rounds, (one) => form.measure(one, lab));
        for (const [running, own] of samples) processes.push({ running, samples: own });
        notes = (await form.notes?.(byName(processes))) ?? [];
        environment = environmentLine(lab.cores);
      }
      return { ...found(form, byName(processes)), notes, leftOut: [...leftOut], environment };
    },
  };
}

function found<Sample>(
  { title, method, figures, limits }: ReportForm<Sample>,
  programs: readonly Measured<Sample>[],
): Omit<Findings, "environment" | "notes" | "leftOut"> {
  return {
    title,
    method,
    columns: [{ head: title }, ...figures.flatMap((figure) => columnsOf(figure, programs))],
    rows: programs.map((program) => [
      program.name,
      ...figures.flatMap((figure) => cellsOf(figure, program, programs)),
    ]),
    verdicts: limits.flatMap((limit) => judged(limit, programs)),
    bars: figures
      .filter(({ compared }) => compared)
      .flatMap((figure) => programs.map((program) => barOf(figure, program, programs))),
  };
}

async function underLoad({ client, bytes }: Running): Promise<void> {
  const end = performance.now() + WARM_UP_MS;
  // By time, so that a slow program gets no more of it than a fast one.
  while (performance.now() < end) await client.pages(300, bytes);
}

/**
 * Lets subjects take turns in short slices, so that whatever else the machine does falls on all of
 * them. Each turn begins with another one, so that none always follows the same neighbour.
 * @returns what the slices measured, in the order of the turns
 */
export async function takeTurns<Subject, Sample>(
  subjects: readonly Subject[],
  turns: number,
  slice: (subject: Subject) => Promise<Sample>,
): Promise<ReadonlyMap<Subject, readonly Sample[]>> {
  const samples = new Map<Subject, Sample[]>(subjects.map((subject) => [subject, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    const first = turn % subjects.length;
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      samples.get(subject)?.push(await slice(subject));
    }
  }
  return samples;
}

function byName<Sample>(processes: readonly Process<Sample>[]): readonly Measured<Sample>[] {
  const groups = Map.groupBy(processes, ({ running }) => running.name);
  return [...groups].map(([name, own]) => ({ name, processes: own }));
}

/** A figure of a program: that of its middle process. */
function valueOf<Sample>(figure: Figure<Sample>, { processes }: Sampled<Sample>): number {
  return median(processes.map((process) => valueIn(figure, process)));
}

function valueIn<Sample>(
  { of, over = median }: Figure<Sample>,
  { samples }: Pick<Process<Sample>, "samples">,
): number {
  return over(samples.map(of));
}

/** Compares a figure of two programs, each process with the other's of the same occasion. */
export function compare<Sample>(
  figure: Figure<Sample>,
  program: Sampled<Sample>,
  other: Sampled<Sample>,
  by: "ratio" | "difference" = "ratio",
): Comparison {
  const compared = (own: number, others: number) => (by === "ratio" ? own / others : own - others);
  const pairs = program.processes.flatMap((own, index) => {
    const beside = other.processes[index] ?? other.processes[0];
    return beside === undefined ? [] : [[own, beside] as const];
  });
  const processes = pairs.map(([own, beside]) => compared(valueIn(figure, own), valueIn(figure, beside)));
  const turns = pairs.flatMap(([own, beside]) =>
    own.samples.flatMap((sample, turn) => {
      const twin = beside.samples[turn];
      return twin === undefined ? [] : compared(figure.of(sample), figure.of(twin));
    }),
  );
  const values = [valueOf(figure, program), valueOf(figure, other)] as const;
  const measured = by === "ratio" ? values[0] / values[1] : median(turns);
  return { by, measured, values, processes, turns };
}

function judged<Sample>(
  { figure, of, beside, by = "ratio", relation, limit, goal }: Limit<Sample>,
  programs: readonly Measured<Sample>[],
): readonly Verdict[] {
  const program = programs.find(({ name }) => name === of);
  const other = programs.find(({ name }) => name === beside);
  // A program that was left out is held to nothing.
  if (program === undefined || (beside !== undefined && other === undefined)) return [];
  const what = `${figure.head} of ${of}`;
  if (other === undefined) return [{ what, relation, limit, goal, measured: valueOf(figure, program) }];
  const comparison = compare(figure, program, other, by);
  const besideWhat = `${what} ${by === "ratio" ? "beside" : "above"} ${other.name}`;
  return [{ what: besideWhat, relation, limit, goal, measured: comparison.measured, comparison }];
}

function columnsOf<Sample>({ head, compared }: Figure<Sample>, [baseline]: readonly Measured<Sample>[]) {
  const heads = compared ? [head, `× ${baseline?.name}`, "middle half of turns"] : [head];
  return heads.map((text) => ({ head: text, numbers: true }));
}

function cellsOf<Sample>(
  figure: Figure<Sample>,
  program: Measured<Sample>,
  programs: readonly Measured<Sample>[],
): readonly string[] {
  const value = valueOf(figure, program);
  const cell = Number.isFinite(value) ? value.toFixed(figure.digits ?? 0) : "–";
  if (figure.compared === undefined) return [cell];
  const bar = barOf(figure, program, programs);
  return [cell, bar.value.toFixed(2), `${bar.from.toFixed(2)} to ${bar.to.toFixed(2)}`];
}

/** A program's multiple of the first program's figure, and the middle half of its turns. */
function barOf<Sample>(
  figure: Figure<Sample>,
  program: Measured<Sample>,
  [baseline = program]: readonly Measured<Sample>[],
): Bar {
  const { measured, turns } = compare(figure, program, baseline);
  return {
    label: program.name,
    value: measured,
    text: `${measured.toFixed(2)} ×`,
    from: quantile(turns, 0.25),
    to: quantile(turns, 0.75),
    strong: program.name.includes("-bff"),
  };
}
