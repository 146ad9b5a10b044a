import { decimal, type ParseResult } from '../../config/parsers.ts'
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

/** The address of a listener. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Parses `127.0.0.1:8378` or `[::1]:8378`. */
export function listenAddress(text: string): ParseResult<ListenAddress> {
  const [, inBrackets, plain, digits = ''] = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = inBrackets ?? plain
  const port = decimal(0, 65_535, true)(digits)
  if (host !== undefined && port.ok) return { ok: true, value: { host, port: port.value } }
  return { ok: false, expected: 'an address with a port, such as 127.0.0.1:8378' }
}

/** Parses the names of the relay in URLs: `relay.example.org`, or several. @throws AxisorError usage or config */
export function hostNamesOf(found: RawSetting): readonly string[] {
  return listOf(found.text).map(text => parseSetting({ ...found, text }, hostName))
}

function hostName(text: string): ParseResult<string> {
  if (/^(?:[a-z\d](?:[\w.-]*[a-z\d])?|\[[\da-f:.]+\])$/i.test(text))
    return { ok: true, value: text.toLowerCase() }
  return { ok: false, expected: 'a host name without a scheme and a port, such as relay.example.org' }
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
