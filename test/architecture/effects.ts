import { isDeclaredIn } from './scope.ts'
import { folderOf, isNode, type SourceFile, type SyntaxNode, walk, wordOf } from './source.ts'

/** Globals that have effects outside the program. */
const OUTSIDE = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'process',
  'performance',
  'crypto',
  'console',
  'globalThis',
  'global',
  'WebSocket',
  'EventSource',
  'AbortSignal',
])

/**
 * Returns where a file reads the time, uses randomness, starts a timer or has another effect without a port.
 */
export function effectViolations(file: SourceFile): readonly string[] {
  if (['node', 'main'].includes(folderOf(file.path))) return []
  const found: string[] = []
  walk(file.tree, (node, above) => {
    const effect = effectOf(node, above)
    if (effect !== null) found.push(`${file.path}: ${effect} belongs behind a port`)
  })
  return found
}

function effectOf(node: SyntaxNode, above: readonly SyntaxNode[]): string | null {
  const name = node.type === 'Identifier' ? wordOf(node) : null
  const parent = above.at(-1)
  if (name === null || parent === undefined || isOnlyAName(node, parent)) return null
  if (isDeclaredIn(above, name)) return null
  if (OUTSIDE.has(name)) return name
  if (name === 'Date') return isPureDate(node, parent) ? null : 'the current time (Date)'
  if (name === 'Math') return isPureMath(node, parent) ? null : 'randomness (Math.random)'
  return null
}

/** True for a property name or a key, which does not refer to the global of that name. */
function isOnlyAName(node: SyntaxNode, parent: SyntaxNode): boolean {
  if (parent.type === 'MemberExpression') return parent.property === node && parent.computed !== true
  return parent.key === node && parent.computed !== true
}

/** True for `new Date(ms)`, `Date.parse`, `Date.UTC` and the type, which do not read the clock. */
function isPureDate(node: SyntaxNode, parent: SyntaxNode): boolean {
  if (parent.type === 'TSTypeReference') return true
  if (parent.type === 'NewExpression' && parent.callee === node) {
    const [first] = Array.isArray(parent.arguments) ? parent.arguments : []
    return isNode(first) && first.type !== 'SpreadElement' && wordOf(first) !== 'undefined'
  }
  return isMember(parent, node) && ['parse', 'UTC'].includes(wordOf(parent.property) ?? '')
}

function isPureMath(node: SyntaxNode, parent: SyntaxNode): boolean {
  return isMember(parent, node) && wordOf(parent.property) !== 'random'
}

function isMember(parent: SyntaxNode, object: SyntaxNode): boolean {
  return parent.type === 'MemberExpression' && parent.object === object && parent.computed !== true
}
