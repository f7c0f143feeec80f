/** What of a BFF's definition the console shows: its screens, their budgets and sections. */
export function describeApp(bff: unknown): { readonly name: string; readonly screens: readonly object[] } {
  const { name, prefix, answers } = Object(bff);
  const { screens } = Object(answers);
  return {
    name: String(name),
    screens: Array.isArray(screens) ? screens.map((one) => screenOf(one, String(prefix))) : [],
  };
}

function screenOf(screen: unknown, prefix: string): object {
  const { name, path, budget, sections } = Object(screen);
  return {
    name,
    path: `${prefix}${path}`,
    budget,
    sections: Object.entries(Object(sections)).map(([section, value]) => {
      const { kind, deadlineMs } = Object(value);
      return { name: section, required: kind === "required", deadlineMs };
    }),
  };
}
