import { runService } from "../process/run.ts";
import { ordersService } from "./service.ts";

await runService({ defaultPort: 9002, define: () => ordersService }, process.env);
