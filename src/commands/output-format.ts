import { closestMatches } from '../domain/closest-match.ts'
import { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { Format } from './output-options.ts'

/** The options that select an output format. */
export interface FormatOptions {
  readonly json: boolean
  readonly csv?: boolean
  readonly format?: Format | null
  readonly fields?: string | null
}

/**
 * Returns the format that `--json`, `--csv` or `--format` selects; without them text on a terminal and JSON otherwise.
 * @throws AxisorError usage, for two formats at once
 */
export function formatOf({ json, csv, format, fields }: FormatOptions, isTerminal: boolean): Format {
  const selected: Format[] = []
  if (json) selected.push('json')
  if (csv) selected.push('csv')
  if (format != null) selected.push(format)
  const [first, other] = [...new Set(selected)]
  if (other !== undefined)
    throw new AxisorError('usage', `${first} and ${other} exclude each other`, { hint: 'Use one of them.' })
  // Fields are those of the JSON document, so they select it.
  return first ?? (isTerminal && fields == null ? 'text' : 'json')
}

/**
 * Returns the fields of a `--fields` list; null for all.
 * @throws AxisorError usage, for an unknown field, with the closest known ones
 */
export async function fieldsOf(list: string | null, format: Format): Promise<readonly string[] | null> {
  if (list === null) return null
  if (format !== 'json')
    throw new AxisorError('usage', `--fields is for JSON output, not for ${format}`, {
      hint: 'Leave one of them out.',
    })
  const paths = list.split(',').map(path => path.trim())
  const { snapshotFieldPaths } = await import('../wire/snapshot-fields.ts')
  const known = snapshotFieldPaths()
  const unknown = paths.find(path => !known.includes(path))
  if (unknown === undefined) return paths
  throw unknownField(unknown, known)
}

function unknownField(path: string, known: readonly string[]): AxisorError {
  const shown = sanitize(path, { asciiOnly: true, maxLength: 60 })
  // The right name in the wrong place is as likely as a typing error.
  const lastPart = path.split('.').at(-1) ?? ''
  const elsewhere = known.filter(each => lastPart !== '' && each.endsWith(`.${lastPart}`)).slice(0, 3)
  const near = elsewhere.length > 0 ? elsewhere : closestMatches(path, known)
  return new AxisorError('usage', `--fields: no field ${shown}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Run axisor schema to see all fields.',
  })
}
