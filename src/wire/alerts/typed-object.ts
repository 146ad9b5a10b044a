import { describeNode } from './field-reader.ts'
import type { JsonNode } from './jsonc.ts'
import type { Mistakes } from './mistakes.ts'

/** An object whose fields depend on its type. */
interface TypedFormat<Type extends string> {
  /** For messages: `a rule`. */
  readonly what: string
  /** Name of the field with the type. */
  readonly field: string
  readonly types: readonly Type[]
  readonly example: string
  /** Returns what is wrong with a value that is no type. */
  unknownType(value: JsonNode): string
}

/** Returns the type of an object. Null if it has none or is no object, which is reported. */
export function readType<Type extends string>(
  node: JsonNode,
  { what, field, types, example, unknownType }: TypedFormat<Type>,
  mistakes: Mistakes,
): Type | null {
  if (node.kind !== 'object') {
    mistakes.add(node.at, `${what} is ${describeNode(node)}; allowed: an object such as ${example}`)
    return null
  }
  const member = node.members.find(each => each.key === field)
  if (member === undefined) {
    mistakes.add(node.at, `${what} without its type; add "${field}", one of ${types.join(', ')}`)
    return null
  }
  const { value } = member
  const type = value.kind === 'text' ? types.find(each => each === value.value) : undefined
  if (type === undefined) mistakes.add(value.at, unknownType(value))
  return type ?? null
}
