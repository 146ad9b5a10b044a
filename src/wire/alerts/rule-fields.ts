import { LEVELS, type Level } from '../../domain/alerts/alert.ts'
import { ALERT_NAME, isAlertName, isChannelName } from '../../domain/alerts/channel-fields.ts'
import { type AlertRule, DEFAULT_RULES, type QuietHours } from '../../domain/alerts/rule.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { parseDuration } from '../../domain/duration.ts'
import { parseQuiet } from './amounts.ts'
import { describeNode, type FieldReader } from './field-reader.ts'
import type { JsonNode } from './jsonc.ts'
import type { Mistakes } from './mistakes.ts'

/** The fields of every rule. */
export const COMMON_FIELDS = ['rule', 'name', 'level', 'channels', 'repeat', 'quiet', 'enabled'] as const

/** What all rules have. `quiet` is `inherit` if the rule has none of its own. */
export type CommonFields<Type extends AlertRule['type']> = Pick<
  AlertRule,
  'name' | 'level' | 'channels' | 'repeatMs' | 'enabled'
> & { readonly type: Type; readonly quiet: QuietHours | null | 'inherit' }

/** Levels that a rule may have. */
const RULE_LEVELS = LEVELS.filter(level => level !== 'liquidated')

const MIN_REPEAT_MS = 10_000
const MAX_REPEAT_MS = 7 * 86_400_000

/** Describes valid quiet hours. */
const QUIET = '"never", or hours such as "23:00-07:00", followed by local (default) or utc'

/** Returns a duration within bounds, or null. */
export function durationWithin(text: string, minMs: number, maxMs: number): number | null {
  const ms = parseDuration(text)
  return ms === null || ms < minMs || ms > maxMs ? null : ms
}

/** Parses `never` to the value null; returns null for a text that is neither that nor valid. */
export function orNever<T>(
  text: string,
  parse: (text: string) => T | null,
): { readonly value: T | null } | null {
  if (text === 'never') return { value: null }
  const value = parse(text)
  return value === null ? null : { value }
}

/** Reads the quiet hours of a rule or of a section. */
export function readQuiet(reader: FieldReader): QuietHours | null | 'inherit' {
  const found = reader.text('quiet', text => orNever(text, parseQuiet), QUIET)
  return found === null ? 'inherit' : found.value
}

function readRepeat(reader: FieldReader): AlertRule['repeatMs'] {
  const found = reader.text(
    'repeat',
    text => orNever(text, each => durationWithin(each, MIN_REPEAT_MS, MAX_REPEAT_MS)),
    '"never", or a duration from "10s" to "7d", such as "2m"',
  )
  return found === null ? 'default' : found.value
}

/** What a rule may refer to, and where its mistakes go. */
export interface RuleFileContext {
  readonly mistakes: Mistakes
  /** Names of the channels that exist; null if they are unknown, so that any name is accepted. */
  readonly channels: readonly string[] | null
}

/** Reads the names of channels. An empty list is allowed: the rule then only shows on the screen. */
function readChannels(
  reader: FieldReader,
  { channels, mistakes }: RuleFileContext,
): readonly string[] | null {
  const allowed = 'a list of names of channels; an empty list for the screen only'
  const items = reader.read('channels', node => (node.kind === 'list' ? node.items : null), allowed)
  if (items === null) return null
  return items.flatMap(item => {
    const name = item.kind === 'text' ? item.value : null
    if (name !== null && isChannelName(name) && (channels === null || channels.includes(name))) return [name]
    mistakes.add(item.at, unknownChannel(item, channels ?? []))
    return []
  })
}

function unknownChannel(item: JsonNode, channels: readonly string[]): string {
  const near = item.kind === 'text' ? closestMatches(item.value, channels) : []
  const existing = channels.length > 0 ? `allowed: ${channels.join(', ')}` : 'this profile has no channels'
  const remedy = near.length > 0 ? `did you mean ${near.join(' or ')}?` : existing
  return `unknown channel ${describeNode(item)}; ${remedy}; a new one: axisor alerts channel add`
}

/** Reads the fields that all rules have. */
export function readCommon<Type extends AlertRule['type']>(
  reader: FieldReader,
  type: Type,
  context: RuleFileContext,
): CommonFields<Type> {
  const name = reader.text('name', text => (isAlertName(text) ? text : null), ALERT_NAME)
  const level: Level | null = reader.choice('level', RULE_LEVELS)
  const enabled = reader.read('enabled', node => (node.kind === 'boolean' ? node : null), 'true or false')
  return {
    name: name ?? type,
    type,
    level: level ?? DEFAULT_RULES.find(each => each.name === type)?.level ?? null,
    channels: readChannels(reader, context),
    repeatMs: readRepeat(reader),
    quiet: readQuiet(reader),
    enabled: enabled?.value ?? true,
  }
}
