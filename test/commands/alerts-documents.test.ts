import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { channelOf } from '../../src/commands/alerts/channel-flags.ts'
import type { ChannelAddOptions } from '../../src/commands/alerts/setup-options.ts'
import { parse } from '../../src/commands/parse.ts'
import { CHANNEL_TYPES } from '../../src/domain/alerts/channel.ts'
import { DEFAULT_RULES } from '../../src/domain/alerts/rule.ts'
import { decodeAlertsFile } from '../../src/wire/alerts/alerts-file.ts'
import { COMMON_FIELDS } from '../../src/wire/alerts/rule-fields.ts'
import { CONFIGURABLE } from '../support/alert-arbitraries.ts'

const DOCUMENT = readFileSync('docs/alerts.md', 'utf8')
const EXAMPLE = readFileSync('docs/examples/alerts.json', 'utf8')

const channelsOf = (): readonly string[] => ['phone', 'mail']

/** The text of the section with this title, up to the next title. */
function section(title: string): string {
  const [, text = ''] = new RegExp(`^### ${title}\n([\\s\\S]*?)(?=^##)`, 'm').exec(`${DOCUMENT}\n##`) ?? []
  return text
}

/** The code of a section, in this language. */
function codeIn(title: string, language: string): string {
  const [, code = ''] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section(title)) ?? []
  return code
}

function settings(text: string, profile: string) {
  const result = decodeAlertsFile(text, { profile, channelsOf })
  if (!result.ok) throw new Error(result.mistakes.join('\n'))
  return result.value
}

describe('the complete example', () => {
  test('has no mistakes, and a rule of every type', () => {
    const { rules } = settings(EXAMPLE, 'main')
    expect(new Set(rules.map(({ type }) => type))).toEqual(new Set(CONFIGURABLE))
    expect(rules.every(({ enabled, quiet, name }) => enabled && (quiet !== null || name === 'pl'))).toBe(true)
  })

  test('works as it is copied, without any channel, and with the line that needs one', () => {
    const without = decodeAlertsFile(EXAMPLE, { profile: 'main', channelsOf: () => [] })
    expect(without).toMatchObject({ ok: true })
    const text = EXAMPLE.replace(/^( *)\/\/ (\{ "rule": "order".*)\n.*\n/m, '$1$2\n')
    expect(text).not.toBe(EXAMPLE)
    const rule = settings(text, 'main').rules.find(({ type }) => type === 'order')
    expect(rule?.channels).toEqual(['phone'])
    expect(decodeAlertsFile(text, { profile: 'main', channelsOf: () => [] }).ok).toBe(false)
  })

  test('has another section for the profile test', () => {
    const { rules } = settings(EXAMPLE, 'test')
    expect(rules.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual(['equity', 'order'])
    expect(rules.every(({ quiet }) => quiet === null)).toBe(true)
  })

  test('has each field that every rule can have', () => {
    for (const field of COMMON_FIELDS) {
      expect(EXAMPLE).toContain(`"${field}"`)
      expect(DOCUMENT).toContain(`| \`${field}\` |`)
    }
  })
})

describe('the document', () => {
  test.each(CONFIGURABLE)('has a valid example of the rule %s', type => {
    const { rules } = settings(`{ "default": { "rules": [${codeIn(type, 'json')}] } }`, 'main')
    const own = rules.filter(rule => rule.type === type)
    expect(own).toHaveLength(1)
    expect(own[0]?.enabled).toBe(true)
  })

  test.each(['liquidation', 'stale'])('shows the defaults of the rule %s', type => {
    const { rules } = settings(`{ "default": { "rules": [${codeIn(type, 'json')}] } }`, 'main')
    expect(rules).toEqual(DEFAULT_RULES)
  })

  test.each(CHANNEL_TYPES)('has a valid command that adds a channel of the type %s', async type => {
    const words = codeIn(type, 'sh').trim().split(' ').slice(1)
    const parsed = parse(words, '1.2.3', 80)
    if (parsed.kind !== 'command') throw new Error(parsed.text)
    const command = await parsed.definition.load()
    const options = command.readOptions(parsed.given, {}) as unknown as ChannelAddOptions
    expect(channelOf(options).settings.type).toBe(type)
  })
})
