import { bffsIn } from "../../repository.ts";
import type { Bff } from "../../repository.ts";
import { UsageError } from "../../command-line.ts";
import { readName } from "../names.ts";
import { answer } from "../questions.ts";
import type { Workshop } from "../run-maker.ts";
import { makeQuery } from "./query.ts";
import { readParameters } from "./parameters.ts";
import { makeScreen } from "./screen.ts";

/** The arguments of `npm run new:screen`. What is missing is asked for. */
interface ScreenArguments {
  readonly app: string | undefined;
  readonly name: string | undefined;
  /** Below the app's prefix, with parameters. Default: the name. */
  readonly path?: string | undefined;
  /** The names of the query's parameters. */
  readonly query?: readonly string[] | undefined;
}

/**
 * `npm run new:screen`: a working screen in the form of an app: its file, its test, its place in
 * the list, its contract; a page's view too. In a GraphQL BFF, whose clients put their screens
 * together themselves, it is a field of `Query` and the registered document that asks for it.
 */
export async function newScreen(
  { app, name, path, query }: ScreenArguments,
  workshop: Workshop,
): Promise<string> {
  const bff = await answer(app, appQuestion(workshop.changes.root), workshop);
  const screen = await answer(
    name,
    {
      argument: "<name>",
      text: "What is the screen called",
      read: (text) => readName(text, "a screen's name"),
    },
    workshop,
  );
  const isGraphql = workshop.changes.has(`apps/${bff.name}/contracts/schema.graphql`);
  if (!isGraphql) return makeScreen(bff, screen, readParameters(screen, { path, query }), workshop);
  if (path === undefined && query === undefined) return makeQuery(bff, screen, workshop);
  throw new UsageError(`${bff.name} has no screens: give the field its arguments in the schema afterwards`);
}

function appQuestion(root: string) {
  const bffs = bffsIn(root);
  const names = bffs.map(({ name }) => name).join(", ");
  return {
    argument: "<app>",
    text: `Which app (${names})`,
    read(text: string): Bff {
      const found = bffs.find(({ name }) => name === text || name === `${text}-bff`);
      if (found !== undefined) return found;
      throw new UsageError(
        `there is no app ${JSON.stringify(text)}: it is one of ${names}; a new one is made by npm run new:bff`,
      );
    },
  };
}
