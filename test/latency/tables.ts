import type { Bar } from "../bench/report/bar-chart.ts";
import type { Column } from "../bench/report/table.ts";
import { gainText } from "./compare.ts";
import type { Cell } from "./run.ts";

/** A table under a title. */
export type Table = {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
};

const numbers = (...heads: readonly string[]): readonly Column[] =>
  heads.map((head) => ({ head, numbers: true }));
const NETWORK: readonly Column[] = [{ head: "network" }, { head: "protocol" }, { head: "connection" }];
const networkOf = ({ network, protocol, connection }: Cell) => [network, protocol, connection];
const whole = (value: number): string => value.toFixed(0);
const bytes = (count: number): string => Math.round(count).toLocaleString("en");

/** All that was measured, as tables. */
export function tablesOf(cells: readonly Cell[]): readonly Table[] {
  return [dataTable(cells), lessTable(cells)];
}

function dataTable(cells: readonly Cell[]): Table {
  return {
    title: "The whole home page's data: four calls to the services, or one to the BFF",
    columns: [
      ...NETWORK,
      ...numbers("services ms", "BFF ms"),
      { head: "in time, the BFF" },
      ...numbers("services bytes", "BFF bytes"),
      { head: "in bytes, the BFF" },
    ],
    rows: cells.map((cell) => {
      const fewer = cell.servicesBytes - cell.bffBytes;
      return [
        ...networkOf(cell),
        ...[cell.services, cell.bff].map(whole),
        gainText(cell.saved),
        ...[cell.servicesBytes, cell.bffBytes].map(bytes),
        fewer >= 0 ? `wins by ${bytes(fewer)}` : `loses by ${bytes(-fewer)}`,
      ];
    }),
  };
}

function lessTable(cells: readonly Cell[]): Table {
  return {
    title:
      "Where a client can do with less: three calls without the products' details, or with the first answer",
    columns: [
      ...NETWORK,
      { head: "beside three calls, the BFF" },
      { head: "beside the services' first answer, the BFF" },
    ],
    rows: cells.map((cell) => [
      ...networkOf(cell),
      gainText(cell.savedBesideThree),
      gainText(cell.savedBesideFirst),
    ]),
  };
}

/** The bars of the chart that compares the two ways to the data. */
export function dataBars(cells: readonly Cell[]): readonly Bar[] {
  const bar = (label: string, ms: number, strong: boolean): Bar => {
    return { label, value: ms, text: whole(ms), from: ms, to: ms, strong };
  };
  return cells.flatMap(({ network, protocol, connection, services, bff }) => [
    bar(`${network}, ${protocol}, ${connection}: four calls`, services, false),
    bar("one call to the BFF", bff, true),
  ]);
}
