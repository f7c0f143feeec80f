import { startGateway } from "@triptych/gateway";
import { ROUTES, SETTINGS } from "./index.ts";

await startGateway(ROUTES, SETTINGS, process.env);
