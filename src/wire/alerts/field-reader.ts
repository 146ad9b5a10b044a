import { closestMatches } from '../../domain/closest-match.ts'
import type { JsonMember, JsonNode } from './jsonc.ts'
import type { Mistakes } from './mistakes.ts'
import { looksSecret } from './secret-text.ts'

/** What is read from an object: `rule price`, for messages, and the names of all its fields. */
interface ObjectFormat {
  readonly what: string
  readonly known: readonly string[]
}

/** Returns a value for messages: short and harmless, or its kind. */
export function describeNode(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object'
    case 'list':
      return node.items.length === 0 ? 'an empty list' : 'a list'
    case 'text':
      return quoteText(node.value)
    case 'null':
      return 'null'
    default:
      return String(node.value)
  }
}

/** Returns a text of the file in quotes, or `this text` if it may be a secret or is not printable. */
export function quoteText(text: string): string {
  return /^[\x20-\x7e]{1,40}$/.test(text) && !looksSecret(text)
    ? `"${text}"`
    : text === ''
      ? 'empty'
      : 'this text'
}

/** Reports an object's unknown field, with the closest known one. */
function reportUnknown({ key, at }: JsonMember, { what, known }: ObjectFormat, mistakes: Mistakes): void {
  const near = closestMatches(key, known)
  const remedy = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `allowed: ${known.join(', ')}`
  mistakes.add(at, `unknown field ${quoteText(key)} of ${what}; ${remedy}`)
}

/**
 * Reads the fields of one object and reports what is wrong with them. A read field is null if it is absent or wrong; decoding goes on,
 * so that all mistakes are found.
 */
export class FieldReader {
  readonly #members: ReadonlyMap<string, JsonMember>
  readonly #mistakes: Mistakes
  /** Place of the object. */
  readonly at: number
  /** True if the object has a field that is not known, perhaps a misspelled one that it needs. */
  readonly hasUnknown: boolean

  private constructor(
    node: JsonNode & { readonly kind: 'object' },
    known: readonly string[],
    mistakes: Mistakes,
  ) {
    this.hasUnknown = node.members.some(({ key }) => !known.includes(key))
    this.at = node.at
    this.#mistakes = mistakes
    this.#members = new Map(node.members.map(member => [member.key, member]))
  }

  /** Returns the reader of an object, whose unknown fields it reports; null for any other value. */
  static open(node: JsonNode, format: ObjectFormat, mistakes: Mistakes): FieldReader | null {
    if (node.kind !== 'object') {
      mistakes.add(node.at, `${format.what} is ${describeNode(node)}; allowed: an object in braces`)
      return null
    }
    for (const member of node.members)
      if (!format.known.includes(member.key)) reportUnknown(member, format, mistakes)
    return new FieldReader(node, format.known, mistakes)
  }

  /** Returns the value of a field, or null if it is absent. */
  node(name: string): JsonNode | null {
    return this.#members.get(name)?.value ?? null
  }

  /** Reports a mistake about a field, or about the object if the field is absent. */
  report(name: string, message: string): void {
    this.#mistakes.add(this.node(name)?.at ?? this.at, message)
  }

  /** Returns the converted value of a field. `allowed` describes values for which `convert` does not return null. */
  read<T>(name: string, convert: (node: JsonNode) => T | null, allowed: string): T | null {
    const node = this.node(name)
    if (node === null) return null
    const value = convert(node)
    if (value === null) this.report(name, `${name} is ${describeNode(node)}; allowed: ${allowed}`)
    return value
  }

  /** Returns the converted text of a field. */
  text<T>(name: string, convert: (text: string) => T | null, allowed: string): T | null {
    return this.read(name, node => (node.kind === 'text' ? convert(node.value) : null), allowed)
  }

  /** Returns the text of a field that accepts a few values. */
  choice<const Value extends string>(name: string, values: readonly Value[]): Value | null {
    const find = (text: string): Value | null => values.find(each => each === text) ?? null
    return this.text(name, find, quotedList(values))
  }

  /** Returns a list whose items each accept a few values; reports repeated ones. */
  choices<const Value extends string>(name: string, values: readonly Value[]): readonly Value[] | null {
    const node = this.node(name)
    if (node === null) return null
    const allowed = `a list of ${quotedList(values)}`
    if (node.kind !== 'list' || node.items.length === 0) {
      this.report(name, `${name} is ${describeNode(node)}; allowed: ${allowed}`)
      return null
    }
    const found: Value[] = []
    for (const item of node.items) {
      const value = item.kind === 'text' ? values.find(each => each === item.value) : undefined
      if (value === undefined)
        this.#mistakes.add(item.at, `${name} has ${describeNode(item)}; allowed: ${quotedList(values)}`)
      else if (found.includes(value))
        this.#mistakes.add(item.at, `${name} has ${describeNode(item)} twice; remove one of them`)
      else found.push(value)
    }
    return found
  }
}

function quotedList(values: readonly string[]): string {
  return values.map(each => `"${each}"`).join(', ')
}
