/**
 * `node ask-versions.ts <main.ts>…`: what each program answers to --version, as JSON by file. They
 * are loaded into one process, since they share most of what they import: each takes more than a
 * second by itself. A program that answers only where it was started says nothing here.
 */
import { pathToFileURL } from "node:url";

class Ended extends Error {}

const write = process.stdout.write.bind(process.stdout);
const exit = process.exit.bind(process);
let said = "";
process.stdout.write = (text: string | Uint8Array): boolean => {
  said += String(text);
  return true;
};
process.exit = (code): never => {
  throw new Ended(String(code));
};

const answers: Record<string, string> = {};
for (const file of process.argv.slice(2)) {
  said = "";
  process.argv = [process.execPath, file, "--version"];
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    if (!(error instanceof Ended && error.message === "0")) said += String(error);
  }
  answers[file] = said;
}
write(JSON.stringify(answers), () => exit(0));
