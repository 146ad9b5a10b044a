import { LANGUAGES, type LanguageName, NUMBER_FORMATS, type NumberFormat } from '../domain/languages.ts'
import type { Profile } from '../domain/profile.ts'
import { NO_PROXY_RULES, type ProxyRules } from '../domain/proxy.ts'
import { type OwnColors, THEME_NAMES, type ThemeName } from '../domain/theme.ts'
import { deriveApiUrl, deriveStreamUrl, LN_MARKETS } from './addresses.ts'
import { ownColorsOf } from './own-colors.ts'
import { address, duration, oneOf, yesOrNo } from './parsers.ts'
import { relayOfProfile, type Target, targetOfProfile } from './profile-target.ts'
import { proxyRulesOf } from './proxy.ts'
import { findSetting, readSetting, type SettingSources } from './setting-sources.ts'
import { relayUrlOf, relayUserOf, type SourceKind, sourceOf } from './source-choice.ts'

/** Resolved settings from flags, environment, config file and profile. Their only secret is the password of a proxy in the environment. */
export interface Settings extends Target {
  readonly source: SourceKind
  /** Address of the relay, or null if the source is not a relay. */
  readonly relayUrl: string | null
  /** The user of the relay whose account is read; null: the user of the token, or no relay. */
  readonly relayUser: string | null
  /** The profile whose secret is used unless the environment has one; null if only the environment is used. */
  readonly profile: Profile | null
  /** Accept a key with write permissions. */
  readonly allowWriteKey: boolean
  /** Minimum time between two documents of `watch --json`. */
  readonly intervalMs: number
  /** How long a command that prints once waits for the first snapshot. */
  readonly timeoutMs: number
  /** Theme of the dashboard, and the colors of the config file that replace those of the theme. */
  readonly theme: ThemeName
  readonly colors: OwnColors
  /** The dashboard leaves the mouse to the terminal. */
  readonly noMouse: boolean
  /** Language of the dashboard. */
  readonly lang: LanguageName
  /** How the dashboard writes numbers. */
  readonly numberFormat: NumberFormat
  /** The proxies that connections are made through. */
  readonly proxies: ProxyRules
}

/** Resolves network and addresses. Addresses include the base path (`https://api.lnmarkets.com/v3`) and have no trailing slash. */
function targetOf(sources: SettingSources): Target {
  const network = readSetting('network', oneOf(['mainnet', 'signet'] as const), sources) ?? 'mainnet'
  const apiUrl = readSetting('apiUrl', address('https', 'http'), sources)
  const streamUrl = readSetting('streamUrl', address('wss', 'ws'), sources)
  if (apiUrl === null && streamUrl === null) return { network, ...LN_MARKETS[network] }
  return {
    network,
    apiUrl: apiUrl ?? deriveApiUrl(streamUrl ?? ''),
    streamUrl: streamUrl ?? deriveStreamUrl(apiUrl ?? ''),
  }
}

/** The demo is in this process: variables of other programs don't matter to it, even if axisor can't use them. */
function proxiesOf(source: SourceKind, sources: SettingSources): ProxyRules {
  const isUnused = source === 'demo' && findSetting('proxy', sources) === null
  return isUnused ? NO_PROXY_RULES : proxyRulesOf(sources)
}

/**
 * Resolves all settings. Precedence: flag, environment, config file, default. None of them may contradict the profile.
 * @throws AxisorError usage or config, naming the origin of an invalid or contradicting value
 */
export function resolveSettings(sources: SettingSources): Settings {
  const { profile = null } = sources
  const source = sourceOf(sources)
  const relayUrl = profile?.kind === 'relay' ? relayOfProfile(profile, sources) : relayUrlOf(source, sources)
  const target = profile?.kind === 'direct' ? targetOfProfile(profile, sources) : targetOf(sources)
  return Object.freeze({
    source,
    relayUrl,
    relayUser: relayUserOf(source, sources),
    ...target,
    profile,
    allowWriteKey: readSetting('allowWriteKey', yesOrNo, sources) ?? false,
    intervalMs: readSetting('interval', duration(100, 3_600_000), sources) ?? 1_000,
    timeoutMs: readSetting('timeout', duration(100, 600_000), sources) ?? 10_000,
    theme: readSetting('theme', oneOf(THEME_NAMES), sources) ?? 'auto',
    colors: ownColorsOf(sources.file),
    noMouse: readSetting('noMouse', yesOrNo, sources) ?? false,
    lang: readSetting('lang', oneOf(LANGUAGES), sources) ?? 'en',
    numberFormat: readSetting('numberFormat', oneOf(NUMBER_FORMATS), sources) ?? 'en',
    proxies: proxiesOf(source, sources),
  })
}
