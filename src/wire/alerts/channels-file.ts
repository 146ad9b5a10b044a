import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser'
import type { ChannelConfig, ChannelSettings } from '../../domain/alerts/channel.ts'
import { CHANNEL_NAME, isChannelName } from '../../domain/alerts/channel-fields.ts'
import { CHANNELS_FILE, NO_CHANNELS, type ProfileChannels } from '../../domain/alerts/settings.ts'
import { readChannelSettings } from './channel-settings.ts'
import { FieldReader, quoteText } from './field-reader.ts'
import { type JsonNode, parseJsonc } from './jsonc.ts'
import type { ConfigResult, Mistakes } from './mistakes.ts'
import { readProfileSections } from './profile-sections.ts'

/** Decodes the file of channels, by name of the profile. */
export function decodeChannelsFile(content: string): ConfigResult<ReadonlyMap<string, ProfileChannels>> {
  const { text, root, mistakes } = parseJsonc(content)
  const profiles = new Map(root === null ? [] : readProfiles(root, mistakes))
  return mistakes.none
    ? { ok: true, value: profiles }
    : { ok: false, mistakes: mistakes.lines(CHANNELS_FILE, text) }
}

function readProfiles(root: JsonNode, mistakes: Mistakes): readonly [string, ProfileChannels][] {
  const file = FieldReader.open(root, { what: 'the file', known: ['profiles'] }, mistakes)
  return readProfileSections(file?.node('profiles') ?? null, mistakes).map(({ key, value }) => [
    key,
    readProfile(value, mistakes),
  ])
}

function readProfile(node: JsonNode, mistakes: Mistakes): ProfileChannels {
  const known = ['channels', 'heartbeat']
  const reader = FieldReader.open(node, { what: 'a section', known }, mistakes)
  if (reader === null) return NO_CHANNELS
  const heartbeat = reader.read(
    'heartbeat',
    each => (each.kind === 'boolean' ? each : null),
    'true or false; the URL is a secret, use: axisor alerts heartbeat set',
  )
  const members = reader.read(
    'channels',
    each => (each.kind === 'object' ? each.members : null),
    'an object with one field per channel',
  )
  const channels = (members ?? []).flatMap(({ key: name, at, value }) => {
    if (!isChannelName(name))
      mistakes.add(at, `${quoteText(name)} is not the name of a channel; allowed: ${CHANNEL_NAME}`)
    const settings = readChannelSettings(value, mistakes)
    return settings === null ? [] : [{ name, settings }]
  })
  return { channels, hasHeartbeat: heartbeat?.value ?? false }
}

/** Decodes the settings of one channel from its JSON. */
export function decodeChannelSettings(content: string): ConfigResult<ChannelSettings> {
  const { text, root, mistakes } = parseJsonc(content)
  const settings = root === null ? null : readChannelSettings(root, mistakes)
  return settings !== null && mistakes.none
    ? { ok: true, value: settings }
    : { ok: false, mistakes: mistakes.lines('channel', text) }
}

/** Returns the settings of a channel as the file has them: a setting that is null in the domain is absent. */
export function channelSettingsJson(settings: ChannelSettings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}

/** A change of the file: a channel is added, replaced or removed (null), the heartbeat is, or all of a profile is removed. */
export type ChannelsChange =
  | { readonly kind: 'channel'; readonly name: string; readonly channel: ChannelConfig | null }
  | { readonly kind: 'heartbeat'; readonly isSet: boolean }
  | { readonly kind: 'profile' }

/**
 * Returns the text of the file with one change in the section of a profile; comments and formatting stay. The text must decode without
 * mistakes; an empty one becomes a new file.
 */
export function editChannelsFile(content: string, profile: string, change: ChannelsChange): string {
  const text = content.replace(/^\uFEFF/, '')
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const base = text.trim() === '' ? `{}${eol}` : text
  const path = [...pathOf(profile, change)]
  const value = newValue(change)
  if (value === undefined) return withoutField(text, path)
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol }
  return applyEdits(base, modify(base, path, value, { formattingOptions }))
}

/** Removes a field with the comma behind it, and its line if that is then empty. The package would remove comments of its neighbors. */
function withoutField(text: string, path: string[]): string {
  const root = parseTree(text, [], { allowTrailingComma: true })
  const field = root && findNodeAtLocation(root, path)?.parent
  if (field === undefined) return text
  const before = text.slice(0, field.offset)
  const after = text.slice(field.offset + field.length).replace(/^\s*,/, '')
  const isAlone = /(^|\n)[ \t]*$/.test(before) && /^[ \t]*\r?\n/.test(after)
  return isAlone ? before.replace(/[ \t]*$/, '') + after.replace(/^[ \t]*\r?\n/, '') : before + after
}

function pathOf(profile: string, change: ChannelsChange): readonly string[] {
  switch (change.kind) {
    case 'channel':
      return ['profiles', profile, 'channels', change.name]
    case 'heartbeat':
      return ['profiles', profile, 'heartbeat']
    case 'profile':
      return ['profiles', profile]
  }
}

/** The new value; undefined removes the field. */
function newValue(change: ChannelsChange): unknown {
  if (change.kind === 'heartbeat') return change.isSet ? true : undefined
  if (change.kind === 'profile' || change.channel === null) return undefined
  return channelSettingsJson(change.channel.settings)
}
