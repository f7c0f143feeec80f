import { execSync } from "node:child_process";

/** What npm and the test runner tell the programs that they start is not for a newcomer's shell. */
function newcomersEnvironment(): NodeJS.ProcessEnv {
  const isOurs =
    /^(?:npm_(?:package|lifecycle|command|execpath|node|config_local_prefix).*|INIT_CWD|NODE_TEST_CONTEXT|CI|.*_PORT)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs.test(name)));
}

/**
 * Runs a command line as a person would type it. @returns what it printed on stdout
 * @throws Error with all that it printed
 */
export function shell(folder: string, line: string): string {
  try {
    return execSync(line, {
      cwd: folder,
      env: newcomersEnvironment(),
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error);
    throw new Error(`${line} in ${folder}:\n${stdout}${stderr}`, { cause: error });
  }
}
