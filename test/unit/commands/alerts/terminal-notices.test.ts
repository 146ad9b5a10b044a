import { describe, expect, test } from 'vitest'
import type { AlertsView } from '../../../../src/alerts/host/alert-host.ts'
import { terminalNotices } from '../../../../src/commands/alerts/terminal-notices.ts'
import type { Notice } from '../../../../src/domain/alerts/alert.ts'
import type { ChannelConfig } from '../../../../src/domain/alerts/channel.ts'
import { noticeOf } from '../../../support/notices.ts'

const BEL = '\u0007'
const BELL: ChannelConfig = { name: 'bell', settings: { type: 'bell' } }
const OSC: ChannelConfig = { name: 'osc', settings: { type: 'osc', variant: 9 } }

const NONE = { kind: 'none' } as const
const THIS = { kind: 'this', channels: 1 } as const
const OTHER = { kind: 'other', by: 'host', label: 'axisor alerts run, process 1', channels: 1 } as const
const MUTE = { ...OTHER, channels: 0 } as const
const RELAY = { kind: 'other', by: 'relay', label: 'the relay relay.test' } as const

const notice = (channels: Notice['channels'] = null, over: Parameters<typeof noticeOf>[1] = {}): Notice => ({
  ...noticeOf('n-1', over),
  channels,
})

function output(host: AlertsView['host'], channels: readonly ChannelConfig[], ...notices: readonly Notice[]) {
  const text = terminalNotices(notices, { channels, insideTmux: false, host, account: '' })
  return { rings: text.startsWith(BEL), shows: text.includes('\u001b]9;') }
}

describe('the terminal of a host', () => {
  test.each([
    ['delivers', THIS, true],
    ['has no channels', NONE, true],
    ['waits beside a host without channels', MUTE, true],
    ['waits beside a host that reaches the user', OTHER, false],
    ['is a client of a relay that delivers', RELAY, false],
  ])('that %s, rings without a channel: %#', (_, host, rings) => {
    expect(output(host, [], notice())).toEqual({ rings, shows: false })
  })

  test.each([
    ['delivers', THIS, true],
    ['waits beside another host, which cannot reach it', OTHER, true],
    ['is a client of a relay that delivers', RELAY, false],
  ])('that %s, gets what is for its channels: %#', (_, host, isReached) => {
    const both = { rings: isReached, shows: isReached }
    expect(output(host, [BELL, OSC], notice())).toEqual(both)
    expect(output(host, [BELL, OSC], notice(['phone', 'bell']))).toEqual({ rings: isReached, shows: false })
    expect(output(host, [BELL, OSC], notice(['osc']))).toEqual({ rings: false, shows: isReached })
    expect(output(host, [BELL, OSC], notice(['phone']))).toEqual({ rings: false, shows: false })
  })

  test('does not ring for what is for the screen only, mild or over', () => {
    const quiet = [
      notice([]),
      notice(null, { level: 'watch' }),
      notice(null, { level: 'info' }),
      notice(null, { event: 'resolved' }),
    ]
    for (const each of quiet) expect(output(THIS, [], each).rings).toBe(false)
    expect(output(THIS, [], notice(['phone'])).rings).toBe(true)
  })
})
