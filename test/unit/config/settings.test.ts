import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appearanceFrom } from '../../../src/config/appearance.ts'
import { configPath } from '../../../src/config/file.ts'
import { address, decimal, duration } from '../../../src/config/parsers.ts'
import type { SettingSources } from '../../../src/config/setting-sources.ts'
import { resolveSettings } from '../../../src/config/settings.ts'
import { NO_PROXY_RULES } from '../../../src/domain/proxy.ts'

const NOTHING: SettingSources = { flags: {}, env: {}, file: null }
const file = (values: Record<string, string>) => ({ path: '/c.json', values })

describe('settings', () => {
  test('default to mainnet, read-only keys, 1 s interval and 10 s timeout', () => {
    expect(resolveSettings(NOTHING)).toEqual({
      source: 'direct',
      relayUrl: null,
      relayUser: null,
      network: 'mainnet',
      profile: null,
      apiUrl: 'https://api.lnmarkets.com/v3',
      streamUrl: 'wss://stream.lnmarkets.com/v1',
      allowWriteKey: false,
      intervalMs: 1_000,
      timeoutMs: 10_000,
      theme: 'auto',
      colors: {},
      noMouse: false,
      lang: 'en',
      numberFormat: 'en',
      proxies: NO_PROXY_RULES,
    })
  })

  test('prefer a flag to the environment, the file and the default', () => {
    const all = {
      flags: { interval: '2s' },
      env: { AXISOR_INTERVAL: '3s', AXISOR_TIMEOUT: '4s' },
      file: file({ interval: '5s', timeout: '6s', network: 'signet' }),
    }
    expect(resolveSettings(all)).toMatchObject({ intervalMs: 2_000, timeoutMs: 4_000, network: 'signet' })
    expect(resolveSettings({ ...all, flags: {} }).intervalMs).toBe(3_000)
    expect(resolveSettings({ ...all, flags: {}, env: {} }).intervalMs).toBe(5_000)
  })

  test('treat an empty variable as unset', () => {
    expect(resolveSettings({ ...NOTHING, env: { AXISOR_INTERVAL: '' } }).intervalMs).toBe(1_000)
  })

  test('take the theme by the usual precedence, and colors from the config file', () => {
    const own = file({
      theme: 'light',
      'colors.loss': '#FF8700',
      'colors.gain': 'bright-blue',
      'colors.warn': '0',
    })
    expect(resolveSettings({ ...NOTHING, file: own })).toMatchObject({
      theme: 'light',
      colors: { loss: [255, 135, 0], gain: 12, warn: 0 },
    })
    const all = { flags: { theme: 'mono' }, env: { AXISOR_THEME: 'colorblind' }, file: own }
    expect(resolveSettings({ ...all, flags: {} }).theme).toBe('colorblind')
    expect(resolveSettings(all).theme).toBe('mono')
  })

  test('are frozen', () => {
    expect(Object.isFrozen(resolveSettings(NOTHING))).toBe(true)
  })

  test('use the signet addresses on signet', () => {
    expect(resolveSettings({ ...NOTHING, flags: { network: 'signet' } })).toMatchObject({
      apiUrl: 'https://api.signet.lnmarkets.com/v3',
      streamUrl: 'wss://stream.signet.lnmarkets.com/v1',
    })
  })

  test.each([
    [{ apiUrl: 'http://127.0.0.1:9/v3' }, 'http://127.0.0.1:9/v3', 'ws://127.0.0.1:9/v1'],
    [{ streamUrl: 'ws://localhost:9/v1' }, 'http://localhost:9/v3', 'ws://localhost:9/v1'],
    [
      { apiUrl: 'http://[::1]:9/v3/', streamUrl: 'wss://x.example/v1' },
      'http://[::1]:9/v3',
      'wss://x.example/v1',
    ],
  ])('derive the other address from a loopback address (%o)', (flags, apiUrl, streamUrl) => {
    expect(resolveSettings({ ...NOTHING, flags })).toMatchObject({ apiUrl, streamUrl })
  })

  test('prefer --demo to addresses in the environment', () => {
    const env = { AXISOR_API_URL: 'http://127.0.0.1:9/v3' }
    expect(resolveSettings({ ...NOTHING, env, flags: { demo: true } }).source).toBe('demo')
  })

  test.each([
    [{ flags: { timeout: '0s' } }, 'usage', '--timeout 0s: not a duration from 100ms to 600s'],
    [
      { env: { AXISOR_NETWORK: 'main' } },
      'config',
      'AXISOR_NETWORK=main (environment): not one of mainnet, signet',
    ],
    [
      { env: { AXISOR_ALLOW_WRITE_KEY: 'maybe' } },
      'config',
      'AXISOR_ALLOW_WRITE_KEY=maybe (environment): not 1 or 0',
    ],
    [{ flags: { lang: 'pt' } }, 'usage', '--lang pt: not one of en, pt-BR'],
    [{ env: { AXISOR_LANG: 'fr' } }, 'config', 'AXISOR_LANG=fr (environment): not one of en, pt-BR'],
    [{ flags: { numberFormat: 'de' } }, 'usage', '--number-format de: not one of en, pt'],
    [{ file: file({ source: 'rely' }) }, 'config', 'source in /c.json: rely: not one of direct, relay, demo'],
  ])('reject an invalid value and name its origin (%o)', (over, code, message) => {
    expect(() => resolveSettings({ ...NOTHING, ...over })).toThrow(expect.objectContaining({ code, message }))
  })

  test('truncate and sanitize a long or unprintable value in the message', () => {
    const env = { AXISOR_NETWORK: `\x1b[2J${'x'.repeat(500)}` }
    expect(() => resolveSettings({ ...NOTHING, env })).toThrow(/^AXISOR_NETWORK=\?\[2Jx{50,60}… /)
  })
})

describe('parsers', () => {
  test.each([
    ['500ms', 500],
    ['2s', 2_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['1.5s', 1_500],
  ])('parses %s as %i ms', (text, value) => {
    expect(duration(0, 1e9)(text)).toEqual({ ok: true, value })
  })

  test.each(['', '5', 's', '5 s', '-5s', '5S', '1e3s', '5w', '٥s'])('rejects %o as a duration', text => {
    expect(duration(0, 1e9)(text).ok).toBe(false)
  })

  test.each(['', ' 5', '0x10', '1e3', '5%', 'NaN', '--5'])('rejects %o as a number', text => {
    expect(decimal(-100, 100)(text).ok).toBe(false)
  })

  test('never returns a number outside its bounds', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const result = decimal(0, 100)(text)
        if (result.ok) expect(result.value >= 0 && result.value <= 100).toBe(true)
      }),
    )
  })

  test.each([
    'http://example.com/v3',
    'http://127.0.0.1.example.com/v3',
    'http://0.0.0.0/v3',
    'ftp://127.0.0.1/v3',
    'https://user@example.com/v3',
    'https://example.com/v3?x=1',
    'https://example.com/v3#x',
    'example.com',
    '',
  ])('rejects %o as an address', text => {
    expect(address('https', 'http')(text).ok).toBe(false)
  })
})

describe('path of the config file', () => {
  test.each([
    [{ XDG_CONFIG_HOME: '/x/', HOME: '/h' }, '/x/axisor/config.json'],
    [{ XDG_CONFIG_HOME: 'relative', HOME: '/h' }, '/h/.config/axisor/config.json'],
    [{ HOME: '/h/' }, '/h/.config/axisor/config.json'],
    [{}, null],
  ])('%o', (env, path) => {
    expect(configPath(env)).toBe(path)
  })
})

describe('appearance', () => {
  test.each([
    [{ LANG: 'en_US.UTF-8' }, { colorDepth: 4, unicode: true, screen: true }],
    [
      { LANG: 'en_US.UTF-8', LC_ALL: 'C' },
      { colorDepth: 4, unicode: false, screen: true },
    ],
    [
      { LANG: 'C.utf8', NO_COLOR: '1' },
      { colorDepth: 1, unicode: true, screen: true },
    ],
    [{ NO_COLOR: '' }, { colorDepth: 4, unicode: false, screen: true }],
    [{ TERM: 'dumb' }, { colorDepth: 1, unicode: false, screen: false }],
    [{ SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' }, { isRemote: true }],
    [{ SSH_TTY: '' }, { isRemote: false }],
    [{ WT_SESSION: '1' }, { hasProgress: true }],
    [{ TERM_PROGRAM: 'ghostty' }, { hasProgress: true }],
    [{ TERM_PROGRAM: 'iTerm.app' }, { hasProgress: false }],
    [{ TERM_PROGRAM: 'ghostty', TMUX: '/tmp/tmux-0/default,1,0' }, { hasProgress: false }],
  ])('%o', (env, appearance) => {
    expect(appearanceFrom(env)).toMatchObject(appearance)
  })
})
