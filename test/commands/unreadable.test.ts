import { describe, expect, test } from 'vitest'
import { openFakeWorld } from '../support/fake-world.ts'
import { runSnapshot } from '../support/one-shot.ts'
import { spoiled } from '../support/spoiled-net.ts'

describe('unreadable responses', () => {
  test('names the route of a part that is truncated JSON, and prints the others', async () => {
    const net = spoiled('/v3/account', reply => ({ ...reply, body: reply.body.slice(0, 20) }))
    const { code, out } = await runSnapshot({ net })
    expect(JSON.parse(out)).toMatchObject({
      parts: { account: { state: 'unreadable', reason: 'GET /v3/account: is not valid JSON' } },
      account: { balanceSats: null },
      totals: { positionCount: 3 },
    })
    expect(code).toBe(0)
  })

  test('exits 6 if every part of the account is unreadable, and names a route', async () => {
    const net = spoiled('/v3/', reply => ({ ...reply, body: reply.body.slice(0, 20) }))
    const { code, err } = await runSnapshot({ net }, undefined, ['--json'])
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'unreadable', exitCode: 6 } })
    expect(code).toBe(6)
  })

  test('names a missing field', async () => {
    const net = spoiled('/v3/account', reply => ({
      ...reply,
      body: reply.body.replace('"balance"', '"balanse"'),
    }))
    const { out } = await runSnapshot({ net }, undefined, ['--json'])
    expect(JSON.parse(out).parts.account.reason).toBe('GET /v3/account: balance is missing')
  })

  test('counts unknown frames and continues', async () => {
    const world = openFakeWorld()
    const running = await world.start('watch', '--plain')
    await world.clock.advance(3_000)
    world.exchange.control('{"do":"garbage"}')
    await world.clock.advance(3_000)
    expect(running.code()).toBeNull()
    expect(world.out()).toContain('unreadable data: ')
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
  })
})
