import { startBff } from "@triptych/bff";
import { bff } from "./app.ts";

await startBff(bff, process.env);
