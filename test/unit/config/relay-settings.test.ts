import { describe, expect, it, test } from 'vitest'
import type { SettingSources } from '../../../src/config/setting-sources.ts'
import { resolveSettings } from '../../../src/config/settings.ts'

const NOTHING: SettingSources = { flags: {}, env: {}, file: null }
const HOME = 'wss://relay.home'
const file = (values: Record<string, string>) => ({ path: '/c.json', values })

function thrown(sources: Partial<SettingSources>): { code: string; message: string } {
  try {
    resolveSettings({ ...NOTHING, ...sources })
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('nothing was thrown')
}

describe('relay settings', () => {
  test.each<[Partial<SettingSources>, string]>([
    [{ flags: { relayUrl: HOME } }, HOME],
    [{ flags: { relayUrl: 'https://relay.home/axisor/' } }, 'https://relay.home/axisor'],
    [{ flags: { relayUrl: 'http://127.0.0.1:7777' } }, 'http://127.0.0.1:7777'],
    [{ flags: { relayUrl: 'ws://[::1]:7777' } }, 'ws://[::1]:7777'],
    [{ env: { AXISOR_RELAY_URL: HOME } }, HOME],
    [{ file: file({ relayUrl: HOME }) }, HOME],
    [{ env: { AXISOR_SOURCE: 'relay', AXISOR_RELAY_URL: HOME } }, HOME],
    [{ flags: { relayUrl: HOME }, env: { AXISOR_SOURCE: 'direct', AXISOR_RELAY_URL: 'wss://other' } }, HOME],
    [
      {
        flags: { relayUrl: HOME },
        env: { AXISOR_API_URL: 'https://x.example/v3', AXISOR_STREAM_URL: 'wss://x.example' },
      },
      HOME,
    ],
  ])('select a relay by flag, environment or config file (%o)', (sources, relayUrl) => {
    expect(resolveSettings({ ...NOTHING, ...sources })).toMatchObject({ source: 'relay', relayUrl })
  })

  test.each<[Partial<SettingSources>, string]>([
    [{ flags: { direct: true }, env: { AXISOR_RELAY_URL: HOME } }, 'direct'],
    [{ flags: { demo: true }, env: { AXISOR_RELAY_URL: HOME } }, 'demo'],
    [{ flags: { network: 'signet' }, env: { AXISOR_RELAY_URL: HOME } }, 'direct'],
    [{ env: { AXISOR_SOURCE: 'direct', AXISOR_RELAY_URL: HOME } }, 'direct'],
  ])('are overridden by a more specific setting (%o)', (sources, source) => {
    expect(resolveSettings({ ...NOTHING, ...sources })).toMatchObject({ source, relayUrl: null })
  })

  test.each([
    ['demo', { demo: true }],
    ['direct', { direct: true }],
    ['network', { network: 'signet' }],
    ['api-url', { apiUrl: 'https://x.example/v3' }],
    ['stream-url', { streamUrl: 'wss://x.example/v1' }],
  ])('exclude --%s', (flag, flags) => {
    const { code, message } = thrown({ flags: { relayUrl: HOME, ...flags } })
    expect(code).toBe('usage')
    expect(message).toMatch(/^--\S+ and --\S+ exclude each other$/)
    expect(message).toContain(`--${flag}`)
  })

  test.each([
    [
      'http://relay.home',
      'a wss:// or https:// address; http:// is allowed for this machine (127.0.0.1) only',
    ],
    ['ws://10.0.0.1', 'a wss:// or https:// address; ws:// is allowed for this machine (127.0.0.1) only'],
    ['ftp://relay.home', 'a wss:// or https:// address'],
    ['relay.home', 'a wss:// or https:// address'],
  ])('reject %s', (relay, expected) => {
    expect(thrown({ flags: { relayUrl: relay } })).toMatchObject({
      code: 'usage',
      message: `--relay ${relay}: not ${expected}`,
    })
  })

  test.each([
    'wss://me:axr_canary@relay.home',
    'wss://relay.home/?token=axr_canary',
    'wss://relay.home/#axr_canary',
  ])('reject a secret in the address without repeating it (%s)', relay => {
    const { message } = thrown({ flags: { relayUrl: relay } })
    expect(message).toContain('•••')
    expect(message).not.toContain('canary')
  })

  it('require the address of a selected relay', () => {
    expect(thrown({ env: { AXISOR_SOURCE: 'relay' } })).toMatchObject({ code: 'config' })
  })
})
