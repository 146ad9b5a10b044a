import { describe, expect, test } from 'vitest'
import { openMemoryOutbox } from '../../src/relay/auth/memory-outbox.ts'
import { type StoryDocument, storyDocumentSchema } from '../../src/wire/ledger/story-document.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { noticeOf, queuedNotice } from '../support/notices.ts'
import { openRealWorld } from '../support/real-world.ts'

describe('axisor story', () => {
  test('prints why a trade was liquidated', async () => {
    const world = openFakeWorld({ terminal: 200 })
    world.exchange.control('{"do":"liquidate"}')
    const trade = world.exchange.state.books.closed.at(-1)
    expect(await world.run('story', trade?.id.slice(0, 8) ?? '')).toBe(0)
    expect(world.out()).toMatch(/\nLIQUIDATED {2}(long|short) /)
    const level = trade?.liquidationUsd.toLocaleString('en-US', { minimumFractionDigits: 1 })
    expect(world.out()).toMatch(/\nWHY liquidated at 2026-11-23 18:00 UTC: /)
    expect(world.out()).toContain(`the price reached the liquidation price ${level}, `)
    expect(world.out()).toMatch(/funding had taken [\d,]+ sat of the margin before; no stop-loss was set\n/)
    expect(world.out()).toMatch(/ funding /)
  })

  test('prints a document that its strict schema accepts', async () => {
    const world = openFakeWorld()
    const trade = world.exchange.state.books.closed[0]
    expect(await world.run('story', trade?.id ?? '')).toBe(0)
    const document = JSON.parse(world.out())
    expect(storyDocumentSchema().safeParse(document).error).toBeUndefined()
    expect(document).toMatchObject({ id: trade?.id, state: 'closed', grossPlSats: trade?.plSats })
  })

  test('prints why the cross position was liquidated, also by the id of one of its fills', async () => {
    const world = openFakeWorld({ terminal: 200 })
    const { crossFilled } = world.exchange.state.books
    const [opened] = crossFilled
    world.exchange.control('{"do":"price","usd":40000}')
    await world.clock.advance(60_000)
    expect(await world.run('story', 'cross')).toBe(0)
    expect(world.out()).toMatch(/\nLIQUIDATED {2}long 27,500 USD\n/)
    expect(world.out()).toMatch(
      /\nWHY liquidated at .* the exchange closed the whole position: the loss of [\d,]+ sat used up the cross margin/,
    )
    expect(await world.run('story', crossFilled.at(-1)?.id.slice(0, 8) ?? '')).toBe(0)
    expect(world.printed.at(-1)).toContain(`cross position since fill ${opened?.id}\n`)
  })

  test('contains the alerts that a channel has taken, and keeps them in the ledger', async () => {
    const outbox = openMemoryOutbox()
    const world = openRealWorld({ findOutbox: async () => ({ outbox, damagedPath: null }) })
    const [trade] = world.exchange.state.books.closed
    const at = (trade?.filledAt ?? 0) + 60_000
    const alert = { ...noticeOf('a').alert, positionId: trade?.id ?? '' }
    const notices = ['a.1', 'a.2'].map(id => queuedNotice({ ...noticeOf(id), alert, at }, ['phone', 'mail']))
    await outbox.commit({ engine: '{}', notices })
    for (const channel of ['phone', 'mail'])
      await outbox.record({
        noticeId: 'a.1',
        channel,
        startedAt: at,
        tookMs: 5,
        state: 'delivered',
        nextAttemptAt: null,
        why: null,
      })
    const alertsOf = async () => {
      expect(await world.run('story', trade?.id ?? '')).toBe(0)
      const { events } = JSON.parse(world.printed.at(-1) ?? '') as StoryDocument
      return events.filter(({ kind }) => kind === 'alert').map(({ text }) => text)
    }
    const expected = [`${alert.level}, sent to mail, phone: ${alert.message}`]
    expect(await alertsOf()).toEqual(expected)
    await outbox.prune(Number.MAX_SAFE_INTEGER)
    expect(await alertsOf()).toEqual(expected)
  })

  test.each([
    ['nothing-like-it', 'no trade and no cross fill nothing-like-it'],
    ['', 'no trade and no cross fill'],
  ])('rejects %j', async (id, message) => {
    const world = openFakeWorld()
    expect(await world.run('story', id)).toBe(2)
    expect(world.err()).toContain(message)
  })
})
