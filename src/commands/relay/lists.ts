import { decimal } from '../../config/parsers.ts'
import { parseSetting, type RawSetting } from '../../config/raw-setting.ts'
import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { RelayLimits } from '../../relay/limits.ts'

const LIMIT_NAMES = {
  token: 'perToken',
  user: 'perUser',
  address: 'perAddress',
  all: 'total',
} as const satisfies Readonly<Record<string, keyof RelayLimits>>

const MAX_CONNECTIONS = 1_000_000

/** Returns the parts of a comma-separated list. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

/** Parses connection limits: `token=64,user=256,address=512,all=20000`, or some of them. @throws AxisorError usage or config */
export function connectionLimitsOf(found: RawSetting): Partial<RelayLimits> {
  const limits: Partial<Record<keyof RelayLimits, number>> = {}
  for (const part of listOf(found.text)) {
    const [name = '', text = ''] = part.split('=', 2)
    const limit = Object.hasOwn(LIMIT_NAMES, name) ? LIMIT_NAMES[name as keyof typeof LIMIT_NAMES] : null
    if (limit === null) {
      const shown = sanitize(name, { asciiOnly: true, maxLength: 60 })
      throw new AxisorError('usage', `${found.place}: unknown limit: ${shown}`, {
        hint: `Known limits: ${Object.keys(LIMIT_NAMES).join(', ')}, as in token=64,all=20000.`,
      })
    }
    limits[limit] = parseSetting({ ...found, text: part }, () => decimal(1, MAX_CONNECTIONS, true)(text))
  }
  return limits
}
