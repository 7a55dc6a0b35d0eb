/**
 * Leaves out of the web app what it does not use of src/shared, as a plugin of Vite for builds: of routes the schemas,
 * which only the server reads (the page is typed by them, and types cost nothing); and where a module asks for nothing
 * that is made of schemas (words, functions, routes), it gets a copy of the shared module without them
 * (`clips.ts?plain`). Schemas and their library would be the largest part of the first view's scripts, and would all be
 * made at each start; so they come with the pages that check something by them.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { parseAst } from 'vite';

const ofServer = new Set(['summary', 'params', 'query', 'body', 'response']);
const isShared = (id) => /\/src\/shared\/[\w-]+\.ts(\?plain)?$/.test(id);
const isOurs = (id) => /\/src\/(shared|web)\/.*\.tsx?(\?plain)?$/.test(id);

/** `text` with each of the ranges replaced; they do not overlap. */
function replaced(text, changes) {
  let out = '';
  let at = 0;
  for (const { start, end, by } of changes.toSorted((a, b) => a.start - b.start)) {
    out += text.slice(at, start) + by;
    at = end;
  }
  return out + text.slice(at);
}

/** Calls `visit` with each node, the outer first; below one for which it answers true it does not look. */
function walk(node, visit) {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) return node.forEach((each) => walk(each, visit));
  if (typeof node.type === 'string' && visit(node)) return;
  Object.values(node).forEach((each) => walk(each, visit));
}

/** The properties of `route({ ... })` that the page has no use for. */
function routeParts(program) {
  const parts = [];
  walk(program, (node) => {
    if (node.type !== 'CallExpression' || node.callee.name !== 'route') return false;
    const [definition] = node.arguments;
    for (const property of definition?.properties ?? []) {
      if (property.type === 'Property' && ofServer.has(property.key.name)) parts.push(property);
    }
    return true;
  });
  return parts;
}

/** What is worked out as a module is read, without a trace elsewhere: all that src/shared does then. */
function workedOut(program) {
  return program.body
    .map((node) => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
    .flatMap((node) => (node?.type === 'VariableDeclaration' ? node.declarations : []))
    .map(({ init }) => init)
    .filter((init) => init?.type === 'CallExpression' && init.callee.name !== 'route');
}

/** Names that are used in a module, but where they are made known. */
function usedNames(program) {
  const names = new Set();
  const look = (node) => {
    if (node.type === 'ImportDeclaration') return true;
    if (node.type === 'VariableDeclarator') {
      walk(node.init, look);
      return true;
    }
    if (node.type === 'Property' || node.type === 'MemberExpression') {
      const [name, rest] = node.type === 'Property' ? [node.key, node.value] : [node.property, node.object];
      if (node.computed) walk(name, look);
      walk(rest, look);
      return true;
    }
    if (node.type === 'Identifier') names.add(node.name);
    return false;
  };
  walk(program.body, look);
  return names;
}

/** Imports, and values of the module's own, of which nothing is left that uses them. */
function unused(program) {
  const names = usedNames(program);
  return program.body.filter((node) => {
    if (node.type === 'ImportDeclaration')
      return node.specifiers.length > 0 && node.specifiers.every(({ local }) => !names.has(local.name));
    if (node.type !== 'VariableDeclaration') return false;
    return node.declarations.every(({ id }) => id.type === 'Identifier' && !names.has(id.name));
  });
}

/** A top-level declaration with the names that it makes known. */
function declarations(program) {
  return program.body.flatMap((node) => {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    if (declared?.type === 'FunctionDeclaration' || declared?.type === 'ClassDeclaration')
      return [{ node, names: [declared.id.name] }];
    if (declared?.type !== 'VariableDeclaration') return [];
    return [{ node, names: declared.declarations.map(({ id }) => id.name) }];
  });
}

const plainOf = new Map();

/** Names that a module of src/shared makes known and that no schema goes into. */
function plainNames(path) {
  const known = plainOf.get(path);
  if (known) return known;
  const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts', format: 'esm' });
  const program = parseAst(withoutServerParts(code));
  const made = madeOfSchemas(program, path);
  const names = new Set(
    declarations(program).flatMap(({ names }) => names.filter((name) => !made.has(name))),
  );
  plainOf.set(path, names);
  return names;
}

/** Names of a module that schemas go into, its own and imported ones. */
function madeOfSchemas(program, path) {
  const made = new Set();
  for (const node of program.body.filter(({ type }) => type === 'ImportDeclaration')) {
    const plain = /^\.\.?\//.test(node.source.value) ? plainNames(sourceOf(node, path)) : new Set();
    for (const { local, imported } of node.specifiers) if (!plain.has(imported?.name)) made.add(local.name);
  }
  for (let before = -1; before !== made.size;) {
    before = made.size;
    for (const { node, names } of declarations(program)) {
      if ([...usedNames({ body: [node] })].some((name) => made.has(name)))
        names.forEach((name) => made.add(name));
    }
  }
  return made;
}

const sourceOf = ({ source }, importer) =>
  resolve(dirname(importer.split('?')[0]), source.value.split('?')[0]);

function withoutServerParts(code) {
  const parts = routeParts(parseAst(code));
  return replaced(
    code,
    parts.map(({ start, end, key }) => ({ start, end, by: `${key.name}: null` })),
  );
}

/** A module of src/shared in JavaScript, as the page needs it; `isPlain`: without all that is made of schemas. */
export function slimmed(code, path, isPlain) {
  let slim = withoutServerParts(code);
  if (isPlain) slim = withoutSchemas(slim, path);
  for (;;) {
    const needless = unused(parseAst(slim));
    if (needless.length === 0) break;
    slim = replaced(
      slim,
      needless.map(({ start, end }) => ({ start, end, by: '' })),
    );
  }
  const calls = workedOut(parseAst(slim)).flatMap(({ start, end }) => [
    { start, end: start, by: '/* @__PURE__ */ (() => ' },
    { start: end, end, by: ')()' },
  ]);
  return replaced(slim, calls);
}

function withoutSchemas(code, path) {
  const program = parseAst(code);
  const made = madeOfSchemas(program, path);
  const gone = declarations(program).filter(({ names }) => names.some((name) => made.has(name)));
  return replaced(
    code,
    gone.map(({ node: { start, end } }) => ({ start, end, by: '' })),
  );
}

/** One statement for these; none for none. */
function importOf(code, specifiers, from) {
  if (specifiers.length === 0) return '';
  const names = specifiers.map(({ start, end }) => code.slice(start, end));
  return `import { ${names.join(', ')} } from ${JSON.stringify(from)};`;
}

/** The imports of a module with those of plain names taken from the plain copies. */
export function withPlainImports(code, path) {
  const changes = parseAst(code).body.flatMap((node) => {
    if (node.type !== 'ImportDeclaration' || !/^\.\.?\/.*\.ts$/.test(node.source.value)) return [];
    const source = sourceOf(node, path);
    if (!isShared(source) || node.specifiers.some(({ type }) => type !== 'ImportSpecifier')) return [];
    const plain = plainNames(source);
    const [yes, no] = [true, false].map((is) =>
      node.specifiers.filter(({ imported }) => plain.has(imported.name) === is),
    );
    if (yes.length === 0) return [];
    const by = importOf(code, yes, `${node.source.value}?plain`) + importOf(code, no, node.source.value);
    return [{ start: node.start, end: node.end, by }];
  });
  return replaced(code, changes);
}

export function slimSharedPlugin() {
  return {
    name: 'viofosync-slim-shared',
    apply: 'build',
    enforce: 'post',
    buildStart: () => plainOf.clear(),
    transform(code, id) {
      if (!isOurs(id)) return null;
      const path = id.split('?')[0];
      const slim = isShared(id) ? slimmed(code, path, id.endsWith('?plain')) : code;
      return { code: withPlainImports(slim, path), map: null };
    },
  };
}
