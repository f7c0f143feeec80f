import { runService } from "../process/run.ts";
import { recommendationsService } from "./service.ts";
import { readVersions } from "./versions.ts";

await runService(
  {
    defaultPort: 9003,
    define: (environment) => recommendationsService(readVersions(environment["RECOMMENDATIONS_VERSIONS"])),
  },
  process.env,
);
