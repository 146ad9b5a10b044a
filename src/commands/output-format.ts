import { oneOf } from '../config/parsers.ts'
import { parseSetting } from '../config/raw-setting.ts'
import type { Flags } from '../config/setting-sources.ts'
import { closestMatches } from '../domain/closest-match.ts'
import { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'

/** The forms in which a document can be printed. */
const FORMATS = ['json', 'csv', 'prom', 'line', 'text'] as const

export type Format = (typeof FORMATS)[number]

/**
 * The form that was asked for: by `--json`, `--csv` or `--format`, else text for a person and JSON for a pipe.
 * @throws AxisorError usage, for two at once or an unknown one
 */
export function formatOf(typed: Flags, isTerminal: boolean): Format {
  const asked: Format[] = []
  if (typed.json) asked.push('json')
  if (typed.csv) asked.push('csv')
  if (typeof typed.format === 'string')
    asked.push(parseSetting({ text: typed.format, origin: 'flag', place: '--format' }, oneOf(FORMATS)))
  const [first, other] = [...new Set(asked)]
  if (other !== undefined)
    throw new AxisorError('usage', `${first} and ${other} exclude each other`, {
      hint: 'Ask for one of them.',
    })
  // Fields are those of the JSON document, so naming some asks for it.
  return first ?? (isTerminal && typed.fields === undefined ? 'text' : 'json')
}

/**
 * The fields that were asked for; null for all.
 * @throws AxisorError usage, naming a field that there is not and what was probably meant
 */
export async function fieldsOf(typed: Flags, format: Format): Promise<readonly string[] | null> {
  const list = typed.fields
  if (typeof list !== 'string') return null
  if (format !== 'json')
    throw new AxisorError('usage', `--fields goes with JSON, not with ${format}`, {
      hint: 'Leave one of them out.',
    })
  const asked = list.split(',').map(path => path.trim())
  const { snapshotFieldPaths } = await import('../wire/snapshot-fields.ts')
  const known = snapshotFieldPaths()
  const stranger = asked.find(path => !known.includes(path))
  if (stranger === undefined) return asked
  throw strangerError(stranger, known)
}

function strangerError(stranger: string, known: readonly string[]): AxisorError {
  const shown = sanitize(stranger, { asciiOnly: true, maxLength: 60 })
  // The right name in the wrong place is as likely as a slip of the finger.
  const lastPart = stranger.split('.').at(-1) ?? ''
  const elsewhere = known.filter(path => lastPart !== '' && path.endsWith(`.${lastPart}`)).slice(0, 3)
  const near = elsewhere.length > 0 ? elsewhere : closestMatches(stranger, known)
  return new AxisorError('usage', `--fields: no field ${shown}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Run axisor schema to see all fields.',
  })
}
