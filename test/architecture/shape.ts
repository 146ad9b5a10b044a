import { posix } from 'node:path'
import { isNode, type SourceFile, type SyntaxNode, walk, wordOf } from './source.ts'

const MAX_LINES = 300
const NAMELESS_FOLDERS = new Set(['utils', 'util', 'common', 'shared', 'helpers', 'helper', 'lib', 'misc'])
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/
const WRITING_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
/** Matches options with a value: a switch has none, and the number of a descriptor is not a secret. */
const SECRET_OPTION = /^(-\w,\s*)?--[\w-]*(secret|passphrase|password|token)[\s=]+[<[]/

/** Returns violations of a file: too long, badly named, in a folder with a generic name, with a default export or a re-export. */
export function shapeViolations(file: SourceFile): readonly string[] {
  const found: string[] = []
  const folders = posix.dirname(file.path).split('/')
  const name = posix.basename(file.path)
  // A declaration file describes a package, and packages may have default exports.
  const describesAPackage = name.endsWith('.d.ts')
  const lines = file.text.trimEnd().split('\n').length
  if (lines > MAX_LINES) found.push(`has ${lines} lines, more than ${MAX_LINES}`)
  if (!KEBAB_CASE.test(name)) found.push('is not named in kebab-case')
  if (/^index\.tsx?$/.test(name)) found.push('is an index file: name its purpose')
  if (folders.some(folder => NAMELESS_FOLDERS.has(folder))) found.push('is in a folder with a generic name')
  walk(file.tree, node => {
    if (isDefaultExport(node) && !describesAPackage) found.push('has a default export')
    if (isReExport(node)) found.push('re-exports another file')
  })
  return found.map(what => `${file.path}: ${what}`)
}

function isDefaultExport(node: SyntaxNode): boolean {
  if (node.type === 'ExportDefaultDeclaration' || node.type === 'TSExportAssignment') return true
  return node.type === 'ExportSpecifier' && wordOf(node.exported) === 'default'
}

function isReExport(node: SyntaxNode): boolean {
  const isExport = node.type === 'ExportAllDeclaration' || node.type === 'ExportNamedDeclaration'
  return isExport && isNode(node.source)
}

/** Routes of the relay that accept a method that writes, for its tokens and its users' alerts. They send none. */
const ACCEPTING_FILES: readonly string[] = [
  'src/relay/http/admin-route.ts',
  'src/relay/alerts/alert-routes.ts',
  'src/relay/alerts/settings-routes.ts',
]

/** The client of alert channels, which sends notices with POST and refuses the hosts of the exchange. */
const NOTIFYING_FILE = 'src/node/notify/http-client.ts'

const ACCEPTING_CALLS = new Set(['post', 'put', 'patch'])

/**
 * Returns where a file names an HTTP method that writes, as a string or as a called method. The simulated exchange is exempt: it rejects
 * orders, and its control API uses POST. Some routes of the relay may accept such a method, which is not the same as sending one. The
 * notifier's client may name POST only.
 */
export function writeViolations(file: SourceFile): readonly string[] {
  if (/^src\/(simulator\/|node\/simulator\/)/.test(file.path)) return []
  const isNotifier = file.path === NOTIFYING_FILE
  const found = wordsIn(file).filter(word => WRITING_METHODS.has(word) && !(isNotifier && word === 'POST'))
  walk(file.tree, node => {
    // In lower case it may be a keyboard key, unless it is the value of `method`.
    const word = node.type === 'Property' && wordOf(node.key) === 'method' ? wordOf(node.value) : null
    if (word !== null && word !== word.toUpperCase() && WRITING_METHODS.has(word.toUpperCase()))
      found.push(word)
    if (!ACCEPTING_FILES.includes(file.path)) found.push(...callsThatWrite(node))
  })
  return found.map(word => `${file.path}: names the HTTP method ${word}`)
}

/** Returns calls such as `client.post(…)`. Ignores `delete`, which every Map and Set has. */
function callsThatWrite(node: SyntaxNode): readonly string[] {
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return []
  const { callee } = node
  const name = callee.type === 'MemberExpression' ? wordOf(callee.property) : null
  return name !== null && ACCEPTING_CALLS.has(name) ? [name] : []
}

/** Returns options that take a secret on the command line, which every user of the machine can read. */
export function secretOptionViolations(file: SourceFile): readonly string[] {
  return wordsIn(file)
    .filter(word => SECRET_OPTION.test(word))
    .map(word => `${file.path}: takes a secret on the command line (${word})`)
}

/** Returns all strings of a file. */
function wordsIn(file: SourceFile): string[] {
  const words: string[] = []
  walk(file.tree, node => {
    const word = node.type === 'Identifier' ? null : wordOf(node)
    if (word !== null) words.push(word)
  })
  return words
}
