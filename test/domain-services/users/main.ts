import { runService } from "../process/run.ts";
import { usersService } from "./service.ts";

await runService({ defaultPort: 9001, define: () => usersService }, process.env);
