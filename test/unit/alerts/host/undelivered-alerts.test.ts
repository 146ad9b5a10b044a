import { describe, expect, test } from 'vitest'
import { type HostRig, openHostRig } from '../../../support/host-rig.ts'

/** In the band of critical alerts. */
const CRITICAL = 0.02

/** `LEVEL: MESSAGE` of the alerts about delivery that a host shows. */
function problems({ host }: Awaited<ReturnType<HostRig['start']>>): readonly string[] {
  return host
    .view()
    .active.filter(({ kind }) => kind === 'delivery')
    .map(({ level, message }) => `${level}: ${message}`)
}

/** The rule whose alert was sent. */
const kindOf = ({ noticeId }: { readonly noticeId: string }) => noticeId.split(':')[0]

describe('a critical alert that every channel refused', () => {
  const refusing = { kind: 'failed', why: 'a private address' } as const

  test('is sent again by the next host, before the end of its problem', async () => {
    const rig = openHostRig()
    for (const channel of ['ntfy', 'mail']) rig.notifier.always(channel, refusing)
    const first = await rig.start('first')
    await rig.live(5_000, CRITICAL, first)
    expect(problems(first)).toHaveLength(1)
    first.kill()
    await rig.clock.advance(10_000)
    for (const channel of ['ntfy', 'mail']) rig.notifier.always(channel, null)
    const second = await rig.start('second')
    await rig.live(5_000, CRITICAL, second)
    expect(second.sent('ntfy')).toEqual(['firing critical', 'resolved critical'])
    expect(rig.notifier.taken.filter(({ channel }) => channel === 'ntfy').map(kindOf)).toEqual([
      'liquidation',
      'delivery',
    ])
    expect(problems(second)).toEqual([])
  })

  test('is not sent again by the next host if a channel has taken it or it is acknowledged', async () => {
    for (const isTaken of [true, false]) {
      const rig = openHostRig()
      rig.notifier.always('ntfy', refusing)
      if (!isTaken) rig.notifier.always('mail', refusing)
      const first = await rig.start('first')
      await rig.live(5_000, CRITICAL, first)
      if (!isTaken) first.host.acknowledge(null)
      await rig.live(2_000, CRITICAL, first)
      first.kill()
      await rig.clock.advance(10_000)
      rig.notifier.always('ntfy', null)
      rig.notifier.always('mail', null)
      const second = await rig.start('second')
      await rig.live(5_000, CRITICAL, second)
      expect(second.sent('ntfy').filter(what => what !== 'resolved critical')).toEqual([])
    }
  })

  test('is sent again once a channel takes another notice', async () => {
    const rig = openHostRig()
    // The notice itself is refused; that of its problem is taken a moment later.
    for (const channel of ['ntfy', 'mail']) rig.notifier.script(channel, refusing)
    const host = await rig.start('host')
    await rig.live(5_000, CRITICAL, host)
    expect(rig.notifier.taken.filter(({ channel }) => channel === 'ntfy').map(kindOf)).toEqual([
      'delivery',
      'liquidation',
      'delivery',
    ])
    expect(problems(host)).toEqual([])
  })
})
