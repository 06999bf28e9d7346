// What GitHub's own parser says of workflow files, and what its expressions evaluate to: questions on stdin, answers on stdout, as JSON.
// The packages import JSON without saying so, which Node refuses; the hook says it for them.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

const hook = `
export async function load(url, context, next) {
  return url.endsWith(".json") ? next(url, { ...context, importAttributes: { type: "json" } }) : next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// The folder node_modules that .ci/npm_parts.py made.
const actions = (name) => import(pathToFileURL(`${process.argv[2]}/@actions/${name}/dist/index.js`).href);
const parser = await actions("workflow-parser");
const expressions = await actions("expressions");

async function errorsOf({ name, content }) {
  const parsed = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter());
  if (parsed.value) {
    const tryAll = 1; // ErrorPolicy.TryConversion, which the package does not export
    await parser.convertWorkflowTemplate(parsed.context, parsed.value, undefined, { errorPolicy: tryAll });
  }
  return parsed.context.errors.getErrors().map((e) => ({ message: e.rawMessage ?? e.message, line: e.range?.start.line ?? 0 }));
}

function dataOf(value) {
  const { data } = expressions;
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "string") return new data.StringData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(dataOf));
  return new data.Dictionary(...Object.entries(value).map(([key, inner]) => ({ key, value: dataOf(inner) })));
}

function evaluated({ expression, context, functions }) {
  const extra = Object.keys(functions ?? {}).map((name) => ({ name, minArgs: 0, maxArgs: 0, call: () => dataOf(functions[name]) }));
  const tokens = new expressions.Lexer(expression).lex().tokens;
  const tree = new expressions.Parser(tokens, Object.keys(context), extra).parse();
  const known = new Map(extra.map((f) => [f.name.toLowerCase(), f]));
  const result = new expressions.Evaluator(tree, dataOf(context), known).evaluate();
  return { truthy: truthy(result), text: result.coerceString() };
}

function truthy(value) {
  const { Kind } = expressions.data;
  switch (value.kind) {
    case Kind.Null: return false;
    case Kind.Boolean: return value.value;
    case Kind.Number: return value.value !== 0 && !Number.isNaN(value.value);
    case Kind.String: return value.value.length > 0;
    default: return true;
  }
}

const questions = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const question of questions) {
  try {
    answers.push(question.kind === "workflow" ? { errors: await errorsOf(question) } : evaluated(question));
  } catch (error) {
    answers.push({ failed: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers));
