import { runService } from "../process/run.ts";
import { catalogService } from "./service.ts";

await runService({ defaultPort: 9004, define: () => catalogService }, process.env);
