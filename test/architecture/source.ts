import { readdirSync, readFileSync } from 'node:fs'
import { parseAst } from 'vitest/node'

/** A node of the syntax tree; which other members it has depends on `type`. */
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

/** Reads a text as the file it pretends to be; the checkers are tested with such files. */
export function sourceFile(path: string, text: string): SourceFile {
  const lang = path.endsWith('.tsx') ? 'tsx' : 'ts'
  return { path, text, tree: toNode(parseAst(text, { lang, astType: 'ts' }, path)) }
}

let sources: readonly SourceFile[] | null = null

/** Every TypeScript file of src/, read and parsed once. */
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

/** The folder of src/ that a file belongs to; `main` for src/main.ts. */
export function folderOf(path: string): string {
  const [, folder = '', ...rest] = path.split('/')
  return rest.length === 0 ? folder.replace(/\.tsx?$/, '') : folder
}

/** Calls `visit` for every node below and including this one, with the nodes above it, nearest last. */
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

/** True for what the parser gives as a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** The name of an identifier, the text of a string or of a template without holes; null for anything else. */
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
  if (!isNode(value)) throw new TypeError('the parser gave no tree')
  return value
}
