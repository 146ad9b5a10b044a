import { describe, expect, test } from 'vitest'
import { CHANNELS, TOPIC, withPhone, withProfile } from '../support/alert-world.ts'
import { fresh, ownFile } from '../support/login-world.ts'

const TEST = ['alerts', 'test']

const SECTION = `{ "profiles": { "main": { "channels": {
  "phone": { "type": "ntfy" },
  "hook": { "type": "slack" },
  "bot": { "type": "telegram", "chatId": "5" },
  "bell": { "type": "bell" } } } } }`

const OPTIONS = {
  terminal: true,
  files: { [CHANNELS]: ownFile(SECTION) },
  env: { AXISOR_CHANNEL_HOOK_SECRET: 'https://hooks.example.org/canary-hook-1' },
}

describe('axisor alerts test', () => {
  test("sends one test to each channel at once and prints the services' own words", async () => {
    const world = await withProfile(OPTIONS, await withPhone())
    let waiting = 0
    world.notifier.onSend = async channel => {
      waiting += 1
      const { promise, resolve } = Promise.withResolvers<void>()
      world.clock.after(waiting * 100, resolve)
      await promise
      // Both were sent before the first result.
      expect(waiting).toBe(2)
      return channel.name === 'hook'
        ? { kind: 'failed', why: 'no_service: https://hooks.example.org/canary-hook-1' }
        : { kind: 'delivered' }
    }
    expect(await world.run(...TEST)).toBe(7)
    expect(world.out()).toBe(`NAME   TYPE   RESULT      MS  WHY
phone  ntfy   delivered  100
hook   slack  failed     200  no_service: •••
bell   bell   not sent     -  axisor watch writes it to its terminal
bot    -      unusable     -  its secret is missing from the keychain, and AXISOR_CHANNEL_BOT_SECRET is not set; run axisor alerts channel add
`)
    expect(new Set(world.notifier.sent.map(({ message }) => message.id)).size).toBe(2)
    expect(world.notifier.sent.every(({ message }) => message.event === 'test')).toBe(true)
  })

  test('sends to one channel only if it is named, and exits 0 if all went well', async () => {
    const world = await withProfile(OPTIONS, await withPhone())
    expect(await world.run(...TEST, 'phone', '--json')).toBe(0)
    expect(JSON.parse(world.out())).toEqual({
      results: [{ name: 'phone', type: 'ntfy', outcome: 'delivered', ms: 0, why: null }],
    })
    expect(world.notifier.sent.map(({ channel }) => channel.secret?.reveal())).toEqual([TOPIC])
  })

  test('exits 7 for a channel that is named and has no secret', async () => {
    const world = await withProfile(OPTIONS)
    expect(await world.run(...TEST, 'bot')).toBe(7)
    expect(world.notifier.sent).toEqual([])
  })

  test('rejects an unknown name, and names the first step without channels', async () => {
    const world = await withPhone()
    expect(await world.run(...TEST, 'fone')).toBe(2)
    expect(world.err()).toBe('axisor: profile main has no channel fone. Existing channels: phone.\n')
    for (const empty of [fresh(), await withProfile()]) {
      expect(await empty.run(...TEST)).toBe(2)
      expect(empty.err()).toMatch(/ has no channels\. Add one with axisor alerts channel add, for example/)
    }
  })

  test('stops on a signal', async () => {
    const world = await withPhone()
    world.notifier.onSend = () => new Promise(() => {})
    const running = await world.start(...TEST)
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
    expect(world.out()).toBe('')
  })
})
