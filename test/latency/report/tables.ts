import type { Column } from "../../bench/report/table.ts";
import type { Calibrated, Cell } from "../run.ts";
import { tellGain } from "../summarize.ts";

export type Table = {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
};

const numbers = (...heads: readonly string[]): readonly Column[] =>
  heads.map((head) => ({ head, numbers: true }));
const NETWORK: readonly Column[] = [{ head: "network" }, { head: "protocol" }, { head: "connection" }];

/** All that a run found, as tables. */
export function tablesOf(cells: readonly Cell[], calibrated: readonly Calibrated[]): readonly Table[] {
  const byProxy = cells.filter(({ by }) => by === "proxy");
  const byBrowser = cells.filter(({ by }) => by === "browser");
  return [
    dataTable(byProxy),
    lossesTable(byProxy),
    htmlTable(byProxy),
    browserTable(byBrowser, byProxy),
    calibrationTable(calibrated),
  ];
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
      const { services, bff, saved, servicesBytes, bffBytes } = cell.data;
      return [
        ...network(cell),
        ...[services, bff].map(whole),
        tellGain(saved),
        ...[servicesBytes, bffBytes].map(bytes),
        bffBytes <= servicesBytes
          ? `wins by ${bytes(servicesBytes - bffBytes)}`
          : `loses by ${bytes(bffBytes - servicesBytes)}`,
      ];
    }),
  };
}

function lossesTable(cells: readonly Cell[]): Table {
  return {
    title:
      "Where a client can do with less: three calls without the products' details, or with the first answer",
    columns: [
      ...NETWORK,
      { head: "beside three calls, the BFF" },
      { head: "beside the services' first answer, the BFF" },
    ],
    rows: cells.map((cell) => {
      const { savedBesideThree, firstSooner } = cell.data;
      const { median, from, to } = firstSooner;
      return [
        ...network(cell),
        tellGain(savedBesideThree),
        tellGain({ median: -median, from: -to, to: -from }),
      ];
    }),
  };
}

function htmlTable(cells: readonly Cell[]): Table {
  return {
    title: "The BFF's plain JSON, or its page as streamed HTML",
    columns: [
      ...NETWORK,
      ...numbers("JSON ms", "HTML: first byte", "first section", "complete"),
      { head: "by its first section, HTML" },
      ...numbers("JSON bytes", "HTML bytes"),
    ],
    rows: cells.flatMap((cell) => {
      if (cell.html === undefined) return [];
      const { json, firstByte, firstSection, complete, sectionSooner, jsonBytes, htmlBytes } = cell.html;
      const times = [json, firstByte, firstSection, complete].map(whole);
      return [[...network(cell), ...times, tellGain(sectionSooner), bytes(jsonBytes), bytes(htmlBytes)]];
    }),
  };
}

function browserTable(byBrowser: readonly Cell[], byProxy: readonly Cell[]): Table {
  return {
    title: "The same networks as the browser's own protocol makes them, beside the proxy's",
    columns: [...NETWORK, ...numbers("services ms: browser's", "proxy's", "BFF ms: browser's", "proxy's")],
    rows: byBrowser.map((cell) => {
      const twin = byProxy.find(
        ({ profile, protocol, connection }) =>
          profile === cell.profile && protocol === cell.protocol && connection === cell.connection,
      );
      return [
        ...network(cell),
        ...[cell.data.services, twin?.data.services, cell.data.bff, twin?.data.bff].map((ms) =>
          whole(ms ?? Number.NaN),
        ),
      ];
    }),
  };
}

function calibrationTable(calibrated: readonly Calibrated[]): Table {
  return {
    title: "Calibration: what was asked for, and what was measured",
    columns: [
      { head: "network" },
      { head: "by" },
      ...numbers("round trip ms", "first answer ms", "down kbit/s", "up kbit/s"),
    ],
    rows: calibrated.flatMap(({ profile, asked, proxy, browser }) => [
      [
        profile,
        "asked for",
        whole(asked.roundTripMs),
        whole(asked.roundTripMs * 2),
        whole(asked.downKbps),
        whole(asked.upKbps),
      ],
      [
        profile,
        "the proxy",
        one(proxy.roundTripMs),
        one(proxy.firstAnswerMs),
        whole(proxy.downKbps),
        whole(proxy.upKbps),
      ],
      [profile, "the browser", one(browser.warmMs), one(browser.firstMs), whole(browser.downKbps), "–"],
    ]),
  };
}

function network({ profile, protocol, connection }: Cell): readonly string[] {
  return [profile, protocol, connection];
}

function whole(value: number): string {
  return value.toFixed(0);
}

function one(value: number): string {
  return value.toFixed(1);
}

/** With a thousands' separator, or they cannot be read. */
function bytes(count: number): string {
  return Math.round(count).toLocaleString("en");
}
