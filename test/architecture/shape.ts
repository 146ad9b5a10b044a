import { posix } from 'node:path'
import { isNode, type SourceFile, type SyntaxNode, walk, wordOf } from './source.ts'

const MAX_LINES = 300
const NAMELESS_FOLDERS = new Set(['utils', 'util', 'common', 'shared', 'helpers', 'helper', 'lib', 'misc'])
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/
const WRITING_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
/** With a value: a switch carries none, and the number of a descriptor is no secret. */
const SECRET_OPTION = /^(-\w,\s*)?--[\w-]*(secret|passphrase|password|token)[\s=]+[<[]/

/** A file that is too long, badly named or in a folder that names nothing, or whose exports can't be found by their name. */
export function shapeViolations(file: SourceFile): readonly string[] {
  const found: string[] = []
  const folders = posix.dirname(file.path).split('/')
  const name = posix.basename(file.path)
  // A declaration file says what a package is like, and packages may have default exports.
  const describesAPackage = name.endsWith('.d.ts')
  const lines = file.text.trimEnd().split('\n').length
  if (lines > MAX_LINES) found.push(`has ${lines} lines, more than ${MAX_LINES}`)
  if (!KEBAB_CASE.test(name)) found.push('is not named in kebab-case')
  if (/^index\.tsx?$/.test(name)) found.push('is an index: name the idea')
  if (folders.some(folder => NAMELESS_FOLDERS.has(folder))) found.push('is in a folder that names nothing')
  walk(file.tree, node => {
    if (isDefaultExport(node) && !describesAPackage) found.push('has a default export')
    if (isReExport(node)) found.push('exports what another file has')
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

/** The one place that lets others write: it accepts a request for a token of the relay, and sends none. */
const ACCEPTING_FILE = 'src/relay/http/admin-route.ts'

const ACCEPTING_CALLS = new Set(['post', 'put', 'patch'])

/**
 * A place that names an HTTP method that writes, as a word or as the name of a call. Only the simulated exchange and the door to it know
 * them: it refuses orders, and its own knobs are worked by POST. A server that accepts one is no client that sends one, but there is one
 * such route only.
 */
export function writeViolations(file: SourceFile): readonly string[] {
  if (/^src\/(simulator\/|node\/simulator\/)/.test(file.path)) return []
  const found = wordsIn(file).filter(word => WRITING_METHODS.has(word))
  walk(file.tree, node => {
    // In lower case such a word may be a key of the keyboard, unless it is said to be a method.
    const word = node.type === 'Property' && wordOf(node.key) === 'method' ? wordOf(node.value) : null
    if (word !== null && word !== word.toUpperCase() && WRITING_METHODS.has(word.toUpperCase()))
      found.push(word)
    if (file.path !== ACCEPTING_FILE) found.push(...callsThatWrite(node))
  })
  return found.map(word => `${file.path}: names the HTTP method ${word}`)
}

/** `client.post(…)`. A `delete` is left out: every Map and Set has one. */
function callsThatWrite(node: SyntaxNode): readonly string[] {
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return []
  const { callee } = node
  const name = callee.type === 'MemberExpression' ? wordOf(callee.property) : null
  return name !== null && ACCEPTING_CALLS.has(name) ? [name] : []
}

/** An option that would carry a secret in the command line, where every user of the machine can read it. */
export function secretOptionViolations(file: SourceFile): readonly string[] {
  return wordsIn(file)
    .filter(word => SECRET_OPTION.test(word))
    .map(word => `${file.path}: a secret would travel in the command line (${word})`)
}

/** All strings of a file. */
function wordsIn(file: SourceFile): string[] {
  const words: string[] = []
  walk(file.tree, node => {
    const word = node.type === 'Identifier' ? null : wordOf(node)
    if (word !== null) words.push(word)
  })
  return words
}
