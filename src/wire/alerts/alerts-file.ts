import { type AlertRule, DEFAULT_RULES, type QuietHours } from '../../domain/alerts/rule.ts'
import { ALERTS_FILE, type AlertSettings, DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/settings.ts'
import { FieldReader } from './field-reader.ts'
import { type JsonNode, parseJsonc } from './jsonc.ts'
import type { ConfigResult, Mistakes } from './mistakes.ts'
import { readProfileSections } from './profile-sections.ts'
import { durationWithin, orNever, readQuiet } from './rule-fields.ts'
import { type FileRule, readRule } from './rules.ts'
import { reportSecrets } from './secret-text.ts'

const HEARTBEAT_EVERY = '"never", or a duration from "10s" to "1h", such as "1m"'

/** The profile to decode for, and the names of the channels of each profile, or null if they are unknown. */
interface AlertsFileContext {
  readonly profile: string
  channelsOf(profile: string): readonly string[] | null
}

interface Section {
  readonly rules: readonly FileRule[]
  readonly quiet: QuietHours | null | 'inherit'
  readonly heartbeatMs: number | null | 'inherit'
}

const EMPTY: Section = { rules: [], quiet: 'inherit', heartbeatMs: 'inherit' }

/**
 * Decodes the file of rules for one profile. Rules of `default` replace the default rules of the same name, and those of the profile
 * replace both. Reports the mistakes of all sections.
 */
export function decodeAlertsFile(content: string, context: AlertsFileContext): ConfigResult<AlertSettings> {
  const { text, root, mistakes } = parseJsonc(content)
  const sections = root === null ? [] : readSections(root, context, mistakes)
  if (!mistakes.none) return { ok: false, mistakes: mistakes.lines(ALERTS_FILE, text) }
  return { ok: true, value: effectiveSettings(sections) }
}

/**
 * Decodes one section, as it stands in the file under the name of a profile. A section of a relay's user is a text of its own; null has the
 * default rules. Its quiet hours are in UTC, because a relay has no local time of its users. `channels` as in `RuleFileContext`.
 */
export function decodeRelaySection(
  content: string | null,
  channels: readonly string[] | null,
): ConfigResult<AlertSettings> {
  if (content === null) return { ok: true, value: effectiveSettings([]) }
  const { text, root, mistakes } = parseJsonc(content)
  if (root === null) mistakes.add(0, 'the section is empty; allowed: an object such as { "rules": [] }')
  else reportSecrets(root, mistakes)
  const section = root === null ? EMPTY : readSection(root, channels, mistakes)
  const settings = effectiveSettings([section])
  if (settings.rules.some(({ quiet }) => quiet?.zone === 'local'))
    mistakes.add(text.length, 'quiet hours of a relay are in UTC; write utc in place of local')
  return mistakes.none
    ? { ok: true, value: settings }
    : { ok: false, mistakes: mistakes.lines('rules', text) }
}

/** Returns the sections that apply to the profile, `default` first. */
function readSections(root: JsonNode, context: AlertsFileContext, mistakes: Mistakes): readonly Section[] {
  reportSecrets(root, mistakes)
  const file = FieldReader.open(root, { what: 'the file', known: ['default', 'profiles'] }, mistakes)
  const shared = file?.node('default') ?? null
  const { profile } = context
  const found = [
    shared === null ? EMPTY : readSection(shared, context.channelsOf(profile), mistakes),
    ...readProfiles(file?.node('profiles') ?? null, context, mistakes),
  ]
  return found
}

function readProfiles(node: JsonNode | null, context: AlertsFileContext, mistakes: Mistakes): Section[] {
  return readProfileSections(node, mistakes).flatMap(({ key, value }) => {
    const section = readSection(value, context.channelsOf(key), mistakes)
    return key === context.profile ? [section] : []
  })
}

function readSection(node: JsonNode, channels: readonly string[] | null, mistakes: Mistakes): Section {
  const known = ['rules', 'quiet', 'heartbeat']
  const reader = FieldReader.open(node, { what: 'a section', known }, mistakes)
  if (reader === null) return EMPTY
  const heartbeat = reader.text(
    'heartbeat',
    text => orNever(text, each => durationWithin(each, 10_000, 3_600_000)),
    HEARTBEAT_EVERY,
  )
  const nodes = reader.read('rules', each => (each.kind === 'list' ? each.items : null), 'a list of rules')
  const rules = (nodes ?? []).flatMap(each => {
    const rule = readRule(each, { mistakes, channels })
    return rule === null ? [] : [{ rule, node: each }]
  })
  reportNames(rules, mistakes)
  return {
    rules: rules.map(({ rule }) => rule),
    quiet: readQuiet(reader),
    heartbeatMs: heartbeat === null ? 'inherit' : heartbeat.value,
  }
}

interface NamedRule {
  readonly rule: FileRule
  readonly node: JsonNode
}

/** Reports rules of the same name, and rules that would replace a default rule of another type. */
function reportNames(rules: readonly NamedRule[], mistakes: Mistakes): void {
  const seen = new Set<string>()
  for (const { rule, node } of rules) {
    const member = node.kind === 'object' ? node.members.find(each => each.key === 'name') : undefined
    const at = member?.value.at ?? node.at
    const replaced = DEFAULT_RULES.find(each => each.name === rule.name)
    if (seen.has(rule.name))
      mistakes.add(
        at,
        `a second rule named ${rule.name}; give it a "name" of its own, such as "${rule.name}-2"`,
      )
    else if (replaced !== undefined && replaced.type !== rule.type)
      mistakes.add(at, `${rule.name} is the name of a default rule of another type; choose another "name"`)
    seen.add(rule.name)
  }
}

function effectiveSettings(sections: readonly Section[]): AlertSettings {
  const byName = new Map<string, FileRule>(
    DEFAULT_RULES.map(rule => [rule.name, { ...rule, quiet: 'inherit' }]),
  )
  let quiet: QuietHours | null = null
  let { heartbeatMs } = DEFAULT_ALERT_SETTINGS
  for (const section of sections) {
    for (const rule of section.rules) byName.set(rule.name, rule)
    if (section.quiet !== 'inherit') quiet = section.quiet
    if (section.heartbeatMs !== 'inherit') heartbeatMs = section.heartbeatMs
  }
  const rules = [...byName.values()].map(
    (rule): AlertRule => ({ ...rule, quiet: rule.quiet === 'inherit' ? quiet : rule.quiet }),
  )
  return { rules, heartbeatMs }
}
