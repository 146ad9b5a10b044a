import { describe, expect, test } from 'vitest'
import { readOptions } from '../../../../src/commands/options.ts'
import { SERVE_OPTIONS, type ServeOptions } from '../../../../src/commands/relay/options.ts'
import { localAddress, serveSettingsOf } from '../../../../src/commands/relay/settings.ts'
import { NO_PROXY_RULES } from '../../../../src/domain/proxy.ts'

test.each([
  ['ws://0.0.0.0:8377', 'ws://127.0.0.1:8377'],
  ['ws://[::]:8377', 'ws://127.0.0.1:8377'],
  ['wss://0.0.0.0:8377', 'wss://localhost:8377'],
  ['ws://[::1]:8377', 'ws://[::1]:8377'],
  ['wss://10.0.0.0:8377', 'wss://10.0.0.0:8377'],
])('returns the local URL of a relay that listens on %s: %s', (url, here) => {
  expect(localAddress(url)).toBe(here)
})

function settingsOf(given: Record<string, string | true>, env: Record<string, string> = {}) {
  const definitions = { name: 'relay serve', options: SERVE_OPTIONS, args: {} }
  const options = readOptions(definitions, new Map(Object.entries(given)), env) as unknown as ServeOptions
  return serveSettingsOf(options, NO_PROXY_RULES, { stderr: {} as never })
}

describe('switches', () => {
  test.each([
    ['AXISOR_RELAY_TRUST_PROXY', '--trust-proxy', 'trustProxy'],
    ['AXISOR_RELAY_COMPRESS', '--compress', 'compress'],
    ['AXISOR_ALLOW_WRITE_KEY', '--allow-write-key', 'allowWriteKey'],
    ['AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS', '--allow-private-channels', 'allowPrivateChannels'],
  ] as const)('are set by %s, and by the flag %s', (variable, flag, name) => {
    for (const text of ['1', 'true', 'yes']) expect(settingsOf({}, { [variable]: text })[name]).toBe(true)
    for (const text of ['0', 'false', 'no', ''])
      expect(settingsOf({}, { [variable]: text })[name]).toBe(false)
    expect(settingsOf({ [flag]: true }, { [variable]: '0' })[name]).toBe(true)
    expect(() => settingsOf({}, { [variable]: 'on' })).toThrow(`${variable}=on (environment): not 1 or 0`)
  })

  test('allow another address without TLS by AXISOR_RELAY_INSECURE_LISTEN', () => {
    const host = { '--host': '10.0.0.5' }
    expect(settingsOf(host, { AXISOR_RELAY_INSECURE_LISTEN: '1' }).host).toBe('10.0.0.5')
    expect(() => settingsOf(host, { AXISOR_RELAY_INSECURE_LISTEN: '0' })).toThrow('in clear text')
  })
})

describe('addresses and names', () => {
  test('--host takes an IPv6 address as in a URL', () => {
    for (const host of ['::1', '[::1]']) expect(settingsOf({ '--host': host }).host).toBe('::1')
    expect(() => settingsOf({ '--host': '[::]' })).toThrow('sent to :: in clear text')
  })

  test.each([
    ['127.0.0.1:8378', { host: '127.0.0.1', port: 8378 }],
    ['[::1]:8378', { host: '::1', port: 8378 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('--metrics-listen takes %s', (text, address) => {
    expect(settingsOf({ '--metrics-listen': text }).metricsListen).toEqual(address)
  })

  test.each(['8378', '127.0.0.1', '127.0.0.1:99999', '::1:8378', 'http://127.0.0.1:8378', ''])(
    '--metrics-listen refuses %j',
    text => {
      expect(() => settingsOf({ '--metrics-listen': text })).toThrow('an address with a port')
    },
  )

  test('--public-host takes several names, and no URL or port', () => {
    const hosts = settingsOf({ '--public-host': 'relay.example.org, RELAY.home' }).publicHosts
    expect(hosts).toEqual(['relay.example.org', 'relay.home'])
    for (const text of ['https://relay.example.org', 'relay.example.org:443', '*.example.org', 'a/b'])
      expect(() => settingsOf({ '--public-host': text })).toThrow('a host name without a scheme and a port')
  })

  test('a demo on the loopback interface serves no other name', () => {
    expect(settingsOf({ '--demo': true }).publicHosts).toEqual(['localhost'])
    expect(settingsOf({}).publicHosts).toEqual([])
  })
})
