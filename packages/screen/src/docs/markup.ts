/** HTML that is already safe. */
export type Markup = { readonly html: string };

/** Builds HTML from a template: texts are escaped, markup and lists of it stand as they are. */
export function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | Markup | readonly Markup[])[]
): Markup {
  const html = parts.map((part, index) =>
    index === 0 ? part : `${written(values[index - 1] ?? "")}${part}`,
  );
  return { html: html.join("") };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function written(value: string | Markup | readonly Markup[]): string {
  if (typeof value === "string")
    return value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return "html" in value ? value.html : value.map(({ html }) => html).join("\n");
}
