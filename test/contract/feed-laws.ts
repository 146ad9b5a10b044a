import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/domain/snapshot.ts'
import { type Trial, tryLaw } from './feed-fixture.ts'
import type { FeedRig } from './feed-rig.ts'
import type { Watch } from './feed-watch.ts'

const OPEN = { do: 'open', side: 'sell', quantity: 300, leverage: 7 }

/**
 * True when the trade has become known by the message that says so. Between relays on real sockets a hiccup is healed by a snapshot,
 * which has the trade in it: then that is as good.
 */
function heard(rig: FeedRig, watch: Watch, id: unknown): boolean {
  return watch.heardFill(id) || (rig.kind === 'relay' && rig.time === 'real' && watch.holds(id))
}

/** On a busy machine a real socket may take longer than the grace: then HTTP would tell a picture of its own first. */
const SOCKET_ALONE = { policy: { httpGraceMs: 60_000 } }

function isFill(change: Change, id: unknown): boolean {
  return change.kind === 'trade-filled' && change.position.id === id
}

/** The laws of a feed, on any rig: whatever the dialect and however the source is reached. */
export function describeFeedLaws(name: string, openRig: () => Promise<FeedRig>, atOnce = false): void {
  const law = (title: string, body: (trial: Trial) => Promise<void>): void => {
    const run = (): Promise<void> => tryLaw(openRig, body)
    if (atOnce) it.concurrent(title, run, 60_000)
    else it(title, run)
  }

  describe(`a feed ${name}`, () => {
    law('starts with the whole picture, marked as simulated', async ({ rig, live }) => {
      const watch = await live()
      const first = watch.events.find(event => event.type !== 'status')
      expect(first?.type).toBe('reset')
      const snapshot = watch.snapshots[0]
      const { account, cross, crossOrders, isolated, isolatedOrders, ticker } = snapshot ?? {}
      // A relay's prices may have come after the reading, never after they were told.
      const latest = rig.kind === 'direct' ? (snapshot?.endedAt ?? 0) : (first?.at ?? 0)
      expect(snapshot?.endedAt).toBeLessThanOrEqual(latest)
      for (const part of [account, cross, crossOrders, isolated, isolatedOrders, ticker]) {
        expect(part?.receivedAt).toBeGreaterThanOrEqual(snapshot?.startedAt ?? Number.POSITIVE_INFINITY)
        expect(part?.receivedAt).toBeLessThanOrEqual(latest)
      }
      expect(snapshot).toMatchObject({ origin: 'simulated', network: 'simulator', missing: [] })
      expect(watch.status).toMatchObject({
        kind: rig.kind,
        transport: 'stream',
        attempt: 0,
        lastError: null,
      })
      expect(watch.status.key?.permissions).toContain('futures:isolated:read')
      expect(watch.status.rttMs).not.toBeNull()
    })

    law('passes on what happens, and reads what the message did not say', async ({ rig, live }) => {
      const watch = await live()
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => heard(rig, watch, id))
      const fill = watch.events.findIndex(event => event.type === 'change' && isFill(event.change, id))
      const before = watch.events
        .slice(0, fill)
        .flatMap(each => (each.type === 'reset' ? [each.snapshot] : []))
      // On two real connections of a relay, what was read may overtake what was said.
      if (rig.kind === 'direct' || rig.time === 'ours')
        expect(before.some(({ isolated }) => isolated?.value.some(each => each.id === id))).toBe(false)
      await rig.until(watch, () => watch.holds(id))
      const position = watch.snapshots.at(-1)?.isolated?.value.find(each => each.id === id)
      expect(position?.liquidationPriceUsd).not.toBeNull()
      expect(position?.maintenanceMarginSats).not.toBeNull()
    })

    law('heals, and learns what it missed', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'drop' })
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => watch.status.link === 'waiting')
      expect(watch.status.lastError).toMatchObject({ code: 'connection-lost', retryable: true })
      expect(watch.status.retryAt).not.toBeNull()
      await rig.until(watch, () => watch.isLive)
      expect(watch.status.reconnects).toBe(1)
      // A relay may hear of it a moment after we are back.
      if (rig.kind === 'relay') await rig.until(watch, () => watch.knew(String(id)).at(-1) === true)
      else expect(watch.holds(id)).toBe(true)
    })

    law('survives unreadable frames, and says so', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'garbage' })
      await rig.until(watch, () => watch.faults >= 3)
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => heard(rig, watch, id))
      expect(watch.isLive).toBe(true)
      expect(watch.status.reconnects).toBe(0)
    })

    law(
      'never tells a change before the picture, and misses nothing said while it is fetched',
      async ({ rig, watched }) => {
        rig.knob({ do: 'holdSnapshot', ms: 1_000 })
        const watch = watched(SOCKET_ALONE)
        await rig.until(watch, () => rig.requests.some(request => request.target.includes('trades/running')))
        const { id } = rig.knob(OPEN)
        await rig.until(watch, () => watch.isLive)
        if (rig.time === 'ours') expect(watch.snapshots).toHaveLength(1)
        // While it waits for its own socket a relay may have told what it read over HTTP a moment before.
        if (rig.kind === 'relay' && rig.time === 'real')
          await rig.until(watch, () => watch.knew(String(id)).at(-1) === true)
        expect(watch.knew(String(id)).at(-1)).toBe(true)
        // A relay knew it before it spoke of the account at all; and a slow machine has read over HTTP before.
        if (rig.kind === 'relay' || watch.snapshots.length > 1) return
        expect(watch.holds(id)).toBe(false)
        const reset = watch.events.findIndex(event => event.type === 'reset')
        const fill = watch.events.findIndex(event => event.type === 'change' && isFill(event.change, id))
        expect(fill).toBeGreaterThan(reset)
      },
    )

    law(
      'tells again, after a picture read on a live link, what was said meanwhile',
      async ({ rig, live }) => {
        const watch = await live(SOCKET_ALONE)
        // As soon as the unit of its dollars is known, the picture is read once more: not the reading that this is about.
        await rig.until(watch, () => watch.snapshots.at(-1)?.account?.value.syntheticUsdUnit === 'dollars')
        const had = watch.snapshots.length
        const asked = rig.requests.length
        rig.knob({ do: 'holdSnapshot', ms: 4_000 })
        watch.resync()
        await rig.until(watch, () =>
          rig.requests.slice(asked).some(({ target }) => target.includes('trades/running')),
        )
        const { id } = rig.knob(OPEN)
        await rig.until(watch, () => heard(rig, watch, id))
        const snapshots = watch.snapshots.length
        await rig.until(watch, () => watch.snapshots.length > snapshots)
        const knew = watch.knew(String(id))
        expect(knew.slice(knew.indexOf(true))).not.toContain(false)
        // The first picture that a relay tells may be one that it had.
        if (rig.kind === 'relay') return
        expect(snapshots).toBe(had)
        expect(watch.holds(id)).toBe(false)
        const fills = watch.events.flatMap((event, index) =>
          event.type === 'change' && isFill(event.change, id) ? [index] : [],
        )
        const reset = watch.events.findLastIndex(event => event.type === 'reset')
        expect(fills.map(index => index > reset)).toEqual([false, true])
      },
    )

    law('tells nothing after stop', async ({ rig, live }) => {
      const watch = await live()
      watch.stop()
      watch.resync()
      const told = watch.events.length
      rig.knob(OPEN)
      rig.knob({ do: 'drop' })
      await rig.meanwhile()
      expect(watch.events).toHaveLength(told)
    })

    law('ignores a picture that arrives after stop', async ({ rig, watched }) => {
      rig.knob({ do: 'holdSnapshot', ms: 300 })
      const watch = watched()
      await rig.until(watch, () => rig.requests.some(request => request.target.includes('trades/running')))
      watch.stop()
      await rig.meanwhile()
      expect(watch.snapshots).toHaveLength(0)
    })

    law('lets no abandoned socket speak', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'drop' })
      await rig.until(watch, () => watch.status.reconnects === 1)
      const [old] = rig.dialed
      const told = watch.events.length
      old?.text(rig.news)
      old?.text('{')
      old?.opened()
      old?.pong()
      old?.closed(1006)
      expect(watch.events).toHaveLength(told)
      expect(watch.isLive).toBe(true)
    })

    law('notices silence on an open socket, goes on over HTTP, and returns', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'mute', ms: 60_000 })
      await rig.until(watch, () => watch.status.lastError?.code === 'silence')
      expect(watch.status.link).not.toBe('live')
      const snapshots = watch.snapshots.length
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => watch.snapshots.length > snapshots && watch.holds(id))
      expect(watch.status).toMatchObject({ transport: 'http' })
      expect(watch.isLive).toBe(false)
      rig.knob({ do: 'mute', ms: 0 })
      await rig.until(watch, () => watch.isLive)
      expect(watch.status).toMatchObject({ transport: 'stream', reconnects: 1 })
    })

    law('admits that its source is gone, and keeps trying', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'down', ms: 600_000 })
      await rig.until(watch, () => watch.status.attempt >= 3)
      expect(watch.status.link).not.toBe('live')
      expect(watch.status.lastError).toMatchObject({ retryable: true })
      rig.knob({ do: 'down', ms: 0 })
      await rig.until(watch, () => watch.isLive)
    })

    law('connects although the clocks are five minutes apart', async ({ rig, live }) => {
      rig.knob({ do: 'skew', ms: -300_000 })
      const watch = await live()
      expect(Math.abs((watch.status.clockOffsetMs ?? 0) + 300_000)).toBeLessThan(1_000)
    })

    law('follows a clock that is moved while it is live', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'skew', ms: 300_000 })
      const snapshots = watch.snapshots.length
      watch.resync()
      // A relay answers with what it knows before it has asked the exchange.
      const isRead = (): boolean =>
        watch.snapshots.at(-1)?.startedAt !== watch.snapshots[snapshots - 1]?.startedAt
      await rig.until(watch, () => watch.snapshots.length > snapshots && isRead())
      expect(watch.isLive).toBe(true)
      const times = rig.requests.filter(request => request.target === '/v3/time')
      expect(times).toHaveLength(1)
      expect(Math.abs((watch.status.clockOffsetMs ?? 0) - 300_000)).toBeLessThan(1_000)
    })

    law('stops for good when the key is revoked', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'revoke' })
      await rig.until(watch, () => watch.status.link === 'stopped')
      expect(watch.status.lastError).toMatchObject({ code: 'key-refused', retryable: false })
      expect(watch.status.lastError?.hint).not.toBeNull()
      const asked = rig.requests.length
      const dialed = rig.dialed.length
      await rig.meanwhile()
      expect(rig.requests.slice(asked)).toEqual([])
      expect(rig.dialed).toHaveLength(dialed)
    })

    law('waits when the exchange says that it asks too often', async ({ rig, live }) => {
      rig.knob({ do: 'status', code: 429, ms: 900 })
      const watch = await live()
      expect(watch.status).toMatchObject({ attempt: 0, lastError: null })
      // On a slow machine the picture comes over HTTP too before the socket has it.
      if (rig.time === 'ours') expect(watch.snapshots).toHaveLength(1)
    })

    law('refuses a key that may write, unless told to accept it', async ({ rig, watched, live }) => {
      const watch = watched({ ...SOCKET_ALONE, credentials: rig.writeCredentials })
      await rig.until(watch, () => watch.status.link === 'stopped')
      expect(watch.status.lastError?.code).toBe('key-may-write')
      expect(watch.status.lastError?.hint).toContain('--allow-write-key')
      expect(watch.snapshots).toHaveLength(0)
      const other = await live({
        credentials: rig.writeCredentials,
        policy: { ...SOCKET_ALONE.policy, allowWriteKey: true },
      })
      expect(other.status.key?.permissions.some(each => each.endsWith(':write'))).toBe(true)
    })

    law('tells the market without a key', async ({ rig, live }) => {
      const watch = await live({ credentials: null })
      expect(watch.snapshots[0]).toMatchObject({
        account: null,
        isolated: null,
        cross: null,
        missing: [],
        key: null,
      })
      expect(watch.snapshots[0]?.ticker?.value.lastPriceUsd).not.toBeNull()
      await rig.until(watch, () => watch.changes.some(change => change.kind === 'last-price'))
      expect(rig.requests.every(request => request.headers['lnm-access-key'] === undefined)).toBe(true)
    })

    law('names what a key may not read, and does not ask for it', async ({ rig, live }) => {
      const watch = await live({ ...SOCKET_ALONE, credentials: rig.accountOnlyCredentials })
      const [snapshot] = watch.snapshots
      expect(snapshot?.account).not.toBeNull()
      expect(snapshot).toMatchObject({ isolated: null, isolatedOrders: null, cross: null, crossOrders: null })
      expect([...(snapshot?.missing ?? [])].sort()).toEqual(['futures:cross:read', 'futures:isolated:read'])
      expect(rig.requests.some(request => request.target.includes('isolated'))).toBe(false)
    })

    law('sends nothing but GETs of its route table', async ({ rig, live }) => {
      const watch = await live({ policy: { candlesAndHistory: true } })
      await rig.until(watch, () => watch.changes.some(change => change.kind === 'history'))
      await rig.until(watch, () => watch.changes.filter(change => change.kind === 'candles').length >= 2)
      const allowed = Object.values((await import('../../src/wire/lnm/routes.ts')).ROUTES).map(
        route => `/v3${route.path}`,
      )
      for (const { method, target } of rig.requests) {
        expect(method).toBe('GET')
        expect(allowed).toContain(target.split('?')[0])
      }
    })
  })
}
