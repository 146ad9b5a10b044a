import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../../src/domain/error.ts'
import { type RpcClient, RpcError, RpcTimeout } from '../../../../src/feed/exchange/rpc-client.ts'
import { TopicSubscriber } from '../../../../src/feed/exchange/subscriptions.ts'
import type { StreamRequest } from '../../../../src/wire/lnm/requests.ts'
import { ACCOUNT_TOPICS, MARKET_TOPICS } from '../../../../src/wire/lnm/topics.ts'

type Topics = readonly string[]

const ALL = [...MARKET_TOPICS, ...ACCOUNT_TOPICS]
const [TRADES = ''] = ACCOUNT_TOPICS
const CROSS = ACCOUNT_TOPICS.filter(topic => topic.includes('/cross/'))

/** Subscribes with scripted replies: the result, null for an error reply, or undefined for none in time. */
async function subscribed(
  reply: (topics: Topics) => unknown,
  { hasKey = true, permissions = null }: { hasKey?: boolean; permissions?: Topics | null } = {},
) {
  const requests: Topics[] = []
  const faults: Fault[] = []
  const rpc = {
    async call(request: StreamRequest) {
      if (request.method !== 'subscribe') throw new TypeError('not a subscription')
      requests.push(request.params.topics)
      const result = reply(request.params.topics)
      if (result === undefined) throw new RpcTimeout()
      if (result === null) throw new RpcError({ code: null, appCode: 'FORBIDDEN', message: '' })
      return { result, sentAt: 0 }
    },
  } as unknown as RpcClient
  const subscriber = new TopicSubscriber(rpc, 'host', fault => faults.push(fault))
  const key = permissions && { permissions }
  const error = await subscriber.subscribe(hasKey, key).catch((failure: unknown) => failure)
  return { requests, faults, subscriber, error: error ?? null }
}

const accepts = (topics: Topics) => ({ subscribed: topics })

describe('TopicSubscriber', () => {
  it('requests all topics in one frame, whatever the permissions are', async () => {
    const { requests, faults, error } = await subscribed(accepts, { permissions: [] })
    expect([requests, faults, error]).toEqual([[ALL], [], null])
  })

  it('requests only the market without a key', async () => {
    const { requests } = await subscribed(accepts, { hasKey: false })
    expect(requests).toEqual([MARKET_TOPICS])
  })

  it('subscribes to the rest if a topic is rejected, and reports that topic', async () => {
    const { requests, faults, error } = await subscribed(topics =>
      topics.includes(TRADES) ? null : accepts(topics),
    )
    expect(requests).toEqual([ALL, MARKET_TOPICS, ...ACCOUNT_TOPICS.map(topic => [topic])])
    expect(faults).toEqual([{ where: `stream ${TRADES}`, message: 'the exchange rejected the subscription' }])
    expect(error).toBeNull()
  })

  it('reports no fault for a rejected topic whose permission the key lacks', async () => {
    const reject = (topics: Topics) => (topics.some(topic => CROSS.includes(topic)) ? null : accepts(topics))
    const lacking = await subscribed(reject, { permissions: ['futures:isolated:read'] })
    expect(lacking.faults).toEqual([])
    const having = await subscribed(reject, { permissions: ['futures:cross:read'] })
    expect(having.faults).toHaveLength(CROSS.length)
  })

  it('requests each topic alone if the market is rejected too', async () => {
    const { requests, faults } = await subscribed(topics => (topics.length > 1 ? null : accepts(topics)))
    expect(
      requests
        .filter(topics => topics.length === 1)
        .flat()
        .sort(),
    ).toEqual([...ALL].sort())
    expect(faults).toEqual([])
  })

  it('requests a topic again that is not confirmed', async () => {
    let isFirst = true
    const { requests, faults } = await subscribed(topics => {
      const result = accepts(isFirst ? topics.filter(topic => topic !== TRADES) : topics)
      isFirst = false
      return result
    })
    expect(requests).toEqual([ALL, [TRADES]])
    expect(faults).toEqual([])
  })

  it('reports each topic that is never confirmed', async () => {
    const { requests, faults, error } = await subscribed(topics =>
      accepts(topics.filter(topic => !CROSS.includes(topic))),
    )
    expect(requests).toEqual([ALL, ...CROSS.map(topic => [topic])])
    expect(faults).toEqual(
      CROSS.map(topic => ({
        where: `stream ${topic}`,
        message: 'the exchange did not confirm the subscription',
      })),
    )
    expect(error).toBeNull()
  })

  it('takes a reply without a list for a confirmation, and reports it', async () => {
    const { requests, faults, error } = await subscribed(() => 'ok')
    expect([requests, error]).toEqual([[ALL], null])
    expect(faults).toEqual([{ where: 'stream subscribe', message: 'subscribed is not an array' }])
  })

  it('takes no reply in time for a confirmation, and reports it: messages may arrive all the same', async () => {
    const { requests, faults, error } = await subscribed(() => undefined)
    expect([requests, error]).toEqual([[ALL], null])
    expect(faults).toEqual([{ where: 'stream subscribe', message: 'the exchange did not answer' }])
  })

  it('subscribes again to the topics that were not rejected, in one frame', async () => {
    const { requests, subscriber } = await subscribed(topics =>
      topics.includes(TRADES) ? null : accepts(topics),
    )
    await subscriber.subscribeAgain()
    expect(requests.at(-1)).toEqual(ALL.filter(topic => topic !== TRADES))
  })

  it('fails if every topic is rejected', async () => {
    const { error } = await subscribed(() => null)
    expect(error).toMatchObject({ code: 'unavailable', message: 'host rejected every subscription' })
  })
})
