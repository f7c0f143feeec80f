import { spawn } from "node:child_process";

/**
 * Runs another program of this repository in this one's place: with its output, its exit code, and no longer than this one. Pass the
 * arguments that this one got.
 */
export function runProgram(program: string, args: readonly string[]): void {
  const child = spawn(process.execPath, [program, ...args], { stdio: "inherit" });
  const stop = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop).on("disconnect", stop);
  child.once("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
    if (process.connected) process.disconnect?.();
  });
}
