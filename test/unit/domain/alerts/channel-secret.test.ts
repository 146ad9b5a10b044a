import { describe, expect, test } from 'vitest'
import type { ChannelType } from '../../../../src/domain/alerts/channel.ts'
import { CHANNEL_TYPES, needsSecret } from '../../../../src/domain/alerts/channel.ts'
import {
  channelSecretFault,
  secretFormat,
  secretUrlFault,
} from '../../../../src/domain/alerts/channel-secret.ts'

const URL = 'https://hooks.example.org/services/T0/B0'
const A30 = 'a1'.repeat(15)

const VALID: readonly (readonly [ChannelType, string])[] = [
  ['webhook', `${URL}\nhmac key`],
  ['ntfy', 'https://ntfy.sh/topic'],
  ['ntfy', 'http://192.168.1.5:8080/topic\ntk_abc'],
  ['telegram', '123456:AAH-dq_Tc'],
  ['discord', URL],
  ['slack', URL],
  ['pushover', `${A30}\n${A30}`],
  ['smtp', ''],
  ['smtp', 'pass word'],
  ['nostr', 'ab'.repeat(32)],
  ['nostr', `nsec1${'q'.repeat(58)}`],
]

describe('the secret of a channel', () => {
  test.each(VALID)('of type %s may be %j', (type, text) => {
    expect(channelSecretFault(type, text)).toBeNull()
  })

  test.each([
    ['webhook', '', 'the webhook URL is missing'],
    ['webhook', URL, 'the HMAC key is missing'],
    ['webhook', `${URL}\nkey\nmore`, 'the secret has more lines than webhook needs'],
    ['ntfy', 'topic', 'the topic URL is not an https:// address'],
    ['ntfy', 'https://ntfy.sh/topic\r', 'the topic URL contains a control character'],
    ['ntfy', `https://ntfy.sh/${'x'.repeat(2_048)}`, 'the topic URL is longer than 2048 characters'],
    ['ntfy', ' https://ntfy.sh/topic', 'the topic URL begins or ends with a space'],
    ['telegram', 'https://api.telegram.org/bot1:a', 'the bot token is not a token such as 123456:ABC…'],
    ['pushover', A30, 'the user key is missing'],
    ['pushover', `${A30}x\n${A30}`, 'the application token is not a token of 30 letters and digits'],
    ['nostr', `npub1${'q'.repeat(58)}`, 'the secret key is not nsec1… or 64 hexadecimal digits'],
  ] as const)('of type %s may not be %j', (type, text, fault) => {
    expect(channelSecretFault(type, text)).toBe(fault)
  })

  test('has lines exactly for the types that need one', () => {
    for (const type of CHANNEL_TYPES)
      expect([type, secretFormat(type).length > 0]).toEqual([type, needsSecret(type)])
  })
})

describe('a URL that notices are sent to', () => {
  test.each([
    'https://example.org',
    'https://example.org/x?y#z',
    'http://localhost:8080/x',
    'http://127.8.0.1/x',
    'http://[::1]:1/x',
    'http://10.1.2.3/x',
    'http://172.31.0.1/x',
    'http://192.168.0.1/x',
    'http://169.254.0.1/x',
    'http://[fd12:3456::1]/x',
    'http://[fe80::1]/x',
    'http://nas.lan/x',
    'http://ntfy.local/x',
  ])('may be %s', url => expect(secretUrlFault(url)).toBeNull())

  test.each([
    'http://example.org/x',
    'http://172.32.0.1/x',
    'http://192.169.0.1/x',
    'http://11.0.0.1/x',
    'http://10.example.org/x',
    'http://10.0.0.example/x',
    'http://local/x',
    'http://127.0.0.1.example.org/x',
    'http://[fc::1]/x',
    'http://[2001:db8::1]/x',
    'ftp://localhost/x',
    'javascript:alert(1)',
    'example.org/x',
    '',
  ])('may not be %s', url => expect(secretUrlFault(url)).toMatch(/^is not an https:\/\/ address/))

  test('may not have a user name or a password', () => {
    for (const user of ['name', 'name:word', ':word'])
      expect(secretUrlFault(`https://${user}@example.org/x`)).toBe('contains a user name or a password')
  })

  test.each(['https://lnmarkets.com/x', 'https://API.LNMarkets.com/v3', 'https://x.signet.lnmarkets.com'])(
    'may not be of the exchange: %s',
    url => expect(secretUrlFault(url)).toMatch(/^is an address of LN Markets/),
  )
})
