import { isNode, type SourceFile, type SyntaxNode, walk, wordOf } from './source.ts'

/** A text given to `t` or `t.count`, with the names of its values; null if they are not written at the call. */
export interface TranslatedText {
  readonly text: string
  readonly values: readonly string[] | null
  readonly path: string
}

/** The texts that a file gives to the translation: literals, and both branches of a choice between them. */
export function translatedTexts({ path, tree }: SourceFile): readonly TranslatedText[] {
  const found: TranslatedText[] = []
  walk(tree, node => {
    if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return
    const kind = translationOf(node.callee)
    if (kind === null) return
    const args: readonly unknown[] = node.arguments
    const texts = kind === 'text' ? literalsOf(args[0]) : [...literalsOf(args[1]), ...literalsOf(args[2])]
    const given = valueNames(args[kind === 'text' ? 1 : 3])
    const values = kind === 'count' && given !== null ? ['count', ...given] : given
    for (const text of texts) found.push({ text, values, path })
  })
  return found
}

/** `t(…)` and `info.t(…)` are texts, `t.count(…)` is a choice by a number. */
function translationOf(callee: unknown): 'text' | 'count' | null {
  if (wordOf(callee) === 't') return 'text'
  if (!isNode(callee) || callee.type !== 'MemberExpression') return null
  if (wordOf(callee.property) === 't') return 'text'
  const { object, property } = callee
  const isT = wordOf(object) === 't' || (isNode(object) && wordOf(object.property) === 't')
  return isT && wordOf(property) === 'count' ? 'count' : null
}

function literalsOf(node: unknown): readonly string[] {
  if (!isNode(node)) return []
  if (node.type === 'ConditionalExpression')
    return [...literalsOf(node.consequent), ...literalsOf(node.alternate)]
  return node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : []
}

/** The names of the values at a call; none without values, null if they are in a variable. */
function valueNames(node: unknown): readonly string[] | null {
  if (node === undefined) return []
  if (!isNode(node) || node.type !== 'ObjectExpression' || !Array.isArray(node.properties)) return null
  return node.properties.map(each => wordOf(each.key) ?? '')
}

/** All string literals of a file, and the texts of its templates. */
export function literalTexts({ tree }: Pick<SourceFile, 'tree'>): readonly string[] {
  const texts: string[] = []
  walk(tree, (node: SyntaxNode) => {
    if (node.type !== 'Literal' && node.type !== 'TemplateElement') return
    const text = wordOf(node)
    if (text !== null) texts.push(text)
  })
  return texts
}

/** Names of the placeholders of a text. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort()
}

/** The parts of a text without its placeholders. */
export function piecesOf(text: string): readonly string[] {
  return text
    .split(/\{\w+\}/)
    .map(piece => piece.trim())
    .filter(piece => /[A-Za-z]{2}/.test(piece))
}
