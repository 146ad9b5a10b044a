import { describe, expect, it } from 'vitest'
import { ExchangeClock } from '../../../../src/feed/exchange/exchange-clock.ts'
import { StreamHandshake } from '../../../../src/feed/exchange/handshake.ts'
import { OPTIONAL_REPLY_MS, RpcClient } from '../../../../src/feed/exchange/rpc-client.ts'
import { openSeededRandom } from '../../../../src/simulator/seeded-random.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

/** A handshake with a server that never replies by itself. */
function setUp() {
  const clock = openFakeClock(1_800_000_000_000)
  const random = openSeededRandom(1, 'handshake')
  const sent: { readonly id: string; readonly method: string }[] = []
  const rpc = new RpcClient({ clock, random }, text => sent.push(JSON.parse(text)))
  const exchangeClock = new ExchangeClock(clock)
  const handshake = new StreamHandshake({ clock, random, exchangeClock, host: 'stream.host' }, rpc)
  return { clock, rpc, sent, handshake }
}

describe('a server that does not answer optional requests', () => {
  it('is waited for a short time, and then the handshake goes on without them', async () => {
    const { clock, sent, handshake } = setUp()
    const replies = Promise.all([handshake.hello(), handshake.syncClock(), handshake.whoami()])
    await clock.advance(OPTIONAL_REPLY_MS)
    expect(await replies).toEqual([false, null, null])
    expect(sent.map(({ method }) => method).toSorted()).toEqual(['hello', 'time', 'whoami'])
    expect(clock.pendingTimers()).toBe(0)
  })

  it('may answer later: the reply is ignored', async () => {
    const { clock, rpc, sent, handshake } = setUp()
    const greeted = handshake.hello()
    await clock.advance(OPTIONAL_REPLY_MS)
    expect(() => rpc.resolve(sent[0]?.id ?? '', { simulated: true })).not.toThrow()
    expect(await greeted).toBe(false)
  })

  it('leaves no timer behind when it answers, or when the socket closes', async () => {
    const { clock, rpc, sent, handshake } = setUp()
    const greeted = handshake.hello()
    await clock.advance(0)
    rpc.resolve(sent[0]?.id ?? '', {})
    await greeted
    expect(clock.pendingTimers()).toBe(0)
    void handshake.whoami()
    await clock.advance(0)
    expect(clock.pendingTimers()).toBe(1)
    rpc.close()
    expect(clock.pendingTimers()).toBe(0)
  })
})
