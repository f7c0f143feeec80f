import type { Registry } from "prom-client";

/** What a Prometheus server reads. */
export interface MetricsPage {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/**
 * One page of several registries, for a process that plays several parts: each metric has its
 * description once, then everybody's series, which the label `service` tells apart.
 */
export function metricsPage(registries: readonly [Registry, ...Registry[]]): MetricsPage {
  return {
    contentType: registries[0].contentType,
    async metrics() {
      const names = new Set(registries.flatMap((each) => each.getMetricsAsArray().map(({ name }) => name)));
      const blocks = await Promise.all([...names].map(async (name) => seriesOf(name, registries)));
      return `${blocks.join("\n\n")}\n`;
    },
  };
}

async function seriesOf(name: string, registries: readonly Registry[]): Promise<string> {
  const having = registries.filter((each) => each.getSingleMetric(name) !== undefined);
  const texts = await Promise.all(having.map(async (each) => each.getSingleMetricAsString(name)));
  return texts
    .map((text, index) => (index === 0 ? text : withoutDescription(text)))
    .filter((text) => text !== "")
    .join("\n");
}

function withoutDescription(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("# "))
    .join("\n");
}
