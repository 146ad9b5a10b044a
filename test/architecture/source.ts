import { readdirSync, readFileSync } from 'node:fs'
import { parseAst } from 'vitest/node'

/** A node of the syntax tree. Its other members depend on `type`. */
export interface SyntaxNode {
  readonly type: string
  readonly [member: string]: unknown
}

/** One file of src/ and its syntax tree. `path` starts with `src/` and has forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly tree: SyntaxNode
}

/** Parses a text as a source file. Also used to test the checkers. */
export function sourceFile(path: string, text: string): SourceFile {
  const lang = path.endsWith('.tsx') ? 'tsx' : 'ts'
  return { path, text, tree: toNode(parseAst(text, { lang, astType: 'ts' }, path)) }
}

let sources: readonly SourceFile[] | null = null

/** Returns all TypeScript files of src/, read and parsed once. */
export function readSources(): readonly SourceFile[] {
  sources ??= parseSources()
  return sources
}

function parseSources(): readonly SourceFile[] {
  const root = new URL('../../src/', import.meta.url)
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.tsx?$/.test(path))
    .sort()
    .map(path => sourceFile(`src/${path}`, readFileSync(new URL(path, root), 'utf8')))
}

/** Returns the folder of src/ that a file belongs to; `main` for src/main.ts. */
export function folderOf(path: string): string {
  const [, folder = '', ...rest] = path.split('/')
  return rest.length === 0 ? folder.replace(/\.tsx?$/, '') : folder
}

/** Calls `visit` for a node and all nodes below it, with the enclosing nodes, nearest last. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, above: readonly SyntaxNode[]) => void,
  above: readonly SyntaxNode[] = [],
): void {
  visit(node, above)
  const inside = [...above, node]
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) {
      if (isNode(child)) walk(child, visit, inside)
    }
  }
}

/** True for a node of the syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** Returns the name of an identifier or the text of a string or template part; null for other nodes. */
export function wordOf(node: unknown): string | null {
  if (!isNode(node)) return null
  if (node.type === 'Identifier' && typeof node.name === 'string') return node.name
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type !== 'TemplateElement' || !isRecord(node.value)) return null
  return typeof node.value.cooked === 'string' ? node.value.cooked : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function toNode(value: unknown): SyntaxNode {
  if (!isNode(value)) throw new TypeError('the parser returned no tree')
  return value
}
