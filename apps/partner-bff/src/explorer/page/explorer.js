// The explorer's page, as the browser runs it: no build, no library.

const byId = (id) => document.getElementById(id);
const [documents, query, variables, headers, answer, status, schema, search] = [
  "documents",
  "query",
  "variables",
  "headers",
  "answer",
  "status",
  "schema",
  "search",
].map(byId);

const contract = await (await fetch("/partner/graphiql/contract.json")).json();

for (const { name, text } of contract.documents) {
  const option = new Option(name, text);
  documents.append(option);
}
documents.addEventListener("change", () => {
  query.value = documents.value;
});
query.value = documents.value;

byId("run").addEventListener("click", () => void run());
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
});

async function run() {
  status.textContent = "…";
  const startedAt = performance.now();
  try {
    const response = await fetch("/partner/graphql", {
      method: "POST",
      headers: { ...json(headers, "Headers"), "Content-Type": "application/json" },
      body: JSON.stringify({ query: query.value, variables: json(variables, "Variables") }),
    });
    const text = await response.text();
    status.textContent = `${response.status} in ${Math.round(performance.now() - startedAt)} ms, ${text.length} characters`;
    answer.textContent = pretty(text);
  } catch (error) {
    status.textContent = "";
    answer.textContent = error.message;
  }
}

function json(area, label) {
  try {
    return JSON.parse(area.value || "{}");
  } catch (cause) {
    throw new Error(`${label} must be JSON: ${cause.message}`, { cause });
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A block for each type, with every name of a type as a link to its block. */
function showSchema() {
  const names = new Set(contract.types.map(({ name }) => name));
  for (const { name, text } of contract.types) {
    const block = document.createElement("pre");
    block.id = name;
    for (const word of text.split(/\b/)) {
      if (word === name || !names.has(word)) {
        block.append(word);
        continue;
      }
      const link = document.createElement("a");
      link.href = `#${word}`;
      link.textContent = word;
      block.append(link);
    }
    schema.append(block);
  }
}
showSchema();

search.addEventListener("input", () => {
  const wanted = search.value.toLowerCase();
  for (const block of schema.children) block.hidden = !block.textContent.toLowerCase().includes(wanted);
});
