/** `npm run bench`: starts test/bench/main.ts, whose options it takes. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const program = join(import.meta.dirname, "..", "test", "bench", "main.ts");
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: "inherit" });
const stop = (): void => void child.kill("SIGTERM");
process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop).on("disconnect", stop);
child.once("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
  if (process.connected) process.disconnect?.();
});
