import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { Mistakes } from './mistakes.ts'

interface Located {
  /** Offset in the text. */
  readonly at: number
}

/** One `"key": value` of an object. */
export interface JsonMember extends Located {
  readonly key: string
  readonly value: JsonNode
}

/** A value of a JSON text, with its place. */
export type JsonNode = Located &
  (
    | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
    | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  )

/** A config file as parsed. */
export interface JsoncDocument {
  /** The text that the places refer to: without a byte order mark. */
  readonly text: string
  /** Null if the text is empty or its syntax is wrong. */
  readonly root: JsonNode | null
  readonly mistakes: Mistakes
}

/** Far larger than ten thousand rules. */
const MAX_CHARACTERS = 4_000_000

/** Far deeper than the format; the parser is recursive. */
const MAX_DEPTH = 64

/** Numbers of the tokens, as `SyntaxKind` of the package defines them: its enum exists at compile time only. */
const OPENING = [1, 3]
const CLOSING = [2, 4]
const END = 17

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: 'unexpected text; allowed: a string in double quotes, a number, true, false or null',
  InvalidNumberFormat: 'not a valid number; allowed: digits with a decimal point, such as 2.5',
  PropertyNameExpected: 'a field name is missing; it must be in double quotes, such as "rules"',
  ValueExpected:
    'a value is missing; allowed: text in double quotes, a number, true, false, a list or an object',
  ColonExpected: 'a colon is missing between the field name and its value',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'text after the end of the object; remove it',
  InvalidCommentToken: 'not a comment; comments are // to the end of the line, or between /* and */',
  UnexpectedEndOfComment: 'the comment does not end; close it with */',
  UnexpectedEndOfString: 'the string does not end on its line; close it with a double quote',
  UnexpectedEndOfNumber: 'the number is incomplete; allowed: digits with a decimal point, such as 2.5',
  InvalidUnicode: 'not a valid \\u escape; it needs four hexadecimal digits',
  InvalidEscapeCharacter: 'unknown escape in a string; write a backslash as \\\\',
  InvalidCharacter: 'a control character in a string; remove it',
}

/** Parses JSON with comments and trailing commas. Reports all syntax errors and duplicate keys; never throws. */
export function parseJsonc(content: string): JsoncDocument {
  const text = content.replace(/^\uFEFF/, '')
  const mistakes = new Mistakes()
  if (text.length > MAX_CHARACTERS) {
    mistakes.add(0, `the file is too large; allowed: ${MAX_CHARACTERS} characters`)
    return { text, root: null, mistakes }
  }
  const tooDeepAt = findTooDeep(text)
  if (tooDeepAt !== null) {
    mistakes.add(tooDeepAt, `nested too deeply; allowed: ${MAX_DEPTH} levels`)
    return { text, root: null, mistakes }
  }
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true })
  for (const { error, offset } of errors)
    mistakes.add(offset, SYNTAX[printParseErrorCode(error)] ?? 'this is not valid JSON')
  const root = tree === undefined || !mistakes.none ? null : nodeOf(tree)
  if (root !== null) reportDuplicates(root, mistakes)
  return { text, root, mistakes }
}

/** Returns the place where the nesting exceeds the limit, or null. */
function findTooDeep(text: string): number | null {
  const scanner = createScanner(text, true)
  let depth = 0
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (OPENING.includes(token)) depth += 1
    if (CLOSING.includes(token)) depth -= 1
    if (depth > MAX_DEPTH) return scanner.getTokenOffset()
  }
  return null
}

function nodeOf({ type, offset: at, value, children = [] }: Node): JsonNode {
  const content: unknown = value
  switch (type) {
    case 'object':
      return { kind: 'object', at, members: children.flatMap(memberOf) }
    case 'array':
      return { kind: 'list', at, items: children.map(nodeOf) }
    default:
      if (typeof content === 'string') return { kind: 'text', at, value: content }
      if (typeof content === 'number') return { kind: 'number', at, value: content }
      if (typeof content === 'boolean') return { kind: 'boolean', at, value: content }
      return { kind: 'null', at }
  }
}

function memberOf({ children = [] }: Node): JsonMember[] {
  const [key, value] = children
  const name: unknown = key?.value
  if (key === undefined || value === undefined || typeof name !== 'string') return []
  return [{ key: name, at: key.offset, value: nodeOf(value) }]
}

function reportDuplicates(node: JsonNode, mistakes: Mistakes): void {
  if (node.kind === 'list') for (const item of node.items) reportDuplicates(item, mistakes)
  if (node.kind !== 'object') return
  const seen = new Set<string>()
  for (const { key, at, value } of node.members) {
    if (seen.has(key)) mistakes.add(at, 'this field occurs twice in one object; remove one of them')
    seen.add(key)
    reportDuplicates(value, mistakes)
  }
}
