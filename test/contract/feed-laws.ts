import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/domain/snapshot.ts'
import { type LawContext, runLaw } from './feed-fixture.ts'
import { describeKeyLaws } from './feed-key-laws.ts'
import type { FeedRig } from './feed-rig.ts'
import type { Watch } from './feed-watch.ts'

const OPEN = { do: 'open', side: 'sell', quantity: 300, leverage: 7 }

/**
 * Returns true if the fill was received. Between relays on real sockets a short interruption is repaired by a snapshot: then a
 * snapshot that contains the trade counts too.
 */
function isFillReceived(rig: FeedRig, watch: Watch, id: unknown): boolean {
  return watch.receivedFill(id) || (rig.kind === 'relay' && rig.time === 'real' && watch.hasTrade(id))
}

/** Disables the HTTP fallback: on a slow machine it could deliver a snapshot before the socket. */
const NO_HTTP = { policy: { httpGraceMs: 60_000 } }

function isFill(change: Change, id: unknown): boolean {
  return change.kind === 'trade-filled' && change.position.id === id
}

/** Contract tests of a feed, for any protocol and transport. */
export function describeFeedLaws(name: string, openRig: () => Promise<FeedRig>, concurrent = false): void {
  const law = (title: string, body: (trial: LawContext) => Promise<void>): void => {
    const run = (): Promise<void> => runLaw(openRig, body)
    if (concurrent) it.concurrent(title, run, 60_000)
    else it(title, run)
  }

  describe(`feed ${name}`, () => {
    law('starts with a complete snapshot marked as simulated', async ({ rig, live }) => {
      const watch = await live()
      const first = watch.events.find(({ type }) => type !== 'status' && type !== 'fault')
      expect(first?.type).toBe('reset')
      const snapshot = watch.snapshots[0]
      const { account, cross, crossOrders, isolated, isolatedOrders, ticker } = snapshot ?? {}
      // A relay's prices may be newer than the read of its snapshot, but not newer than the message.
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

    law('emits a fill and completes it with a snapshot', async ({ rig, live }) => {
      const watch = await live()
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => isFillReceived(rig, watch, id))
      const fill = watch.events.findIndex(event => event.type === 'change' && isFill(event.change, id))
      const before = watch.events
        .slice(0, fill)
        .flatMap(each => (each.type === 'reset' ? [each.snapshot] : []))
      // A relay has two real connections: a snapshot may overtake a message.
      if (rig.kind === 'direct' || rig.time === 'fake')
        expect(before.some(({ isolated }) => isolated?.value.some(each => each.id === id))).toBe(false)
      await rig.until(watch, () => watch.hasTrade(id))
      const position = watch.snapshots.at(-1)?.isolated?.value.find(each => each.id === id)
      expect(position?.liquidationPriceUsd).not.toBeNull()
      expect(position?.maintenanceMarginSats).not.toBeNull()
    })

    law('reconnects and catches up', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'drop' })
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => watch.status.link === 'waiting')
      expect(watch.status.lastError).toMatchObject({ code: 'connection-lost', retryable: true })
      expect(watch.status.retryAt).not.toBeNull()
      await rig.until(watch, () => watch.isLive)
      expect(watch.status.reconnects).toBe(1)
      // A relay may receive the trade shortly after our reconnect.
      if (rig.kind === 'relay') await rig.until(watch, () => watch.tradeHistory(String(id)).at(-1) === true)
      else expect(watch.hasTrade(id)).toBe(true)
    })

    law('stays live after unreadable frames and reports faults', async ({ rig, live }) => {
      const watch = await live()
      // Sent again until it arrives: a relay may not have subscribed yet.
      await rig.until(watch, () => watch.faults >= 3 || (rig.knob({ do: 'garbage' }) && false))
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => isFillReceived(rig, watch, id))
      expect(watch.isLive).toBe(true)
      expect(watch.status.reconnects).toBe(0)
    })

    law(
      'emits no change before the first snapshot and loses none during its read',
      async ({ rig, watched }) => {
        rig.knob({ do: 'holdSnapshot', ms: 1_000 })
        const watch = watched(NO_HTTP)
        await rig.until(watch, () => rig.requests.some(request => request.target.includes('trades/running')))
        const { id } = rig.knob(OPEN)
        await rig.until(watch, () => watch.isLive)
        if (rig.time === 'fake') expect(watch.snapshots).toHaveLength(1)
        // While a relay waits for its own socket, it may have sent a snapshot read over HTTP shortly before.
        if (rig.kind === 'relay' && rig.time === 'real')
          await rig.until(watch, () => watch.tradeHistory(String(id)).at(-1) === true)
        expect(watch.tradeHistory(String(id)).at(-1)).toBe(true)
        // A relay knows the trade before its first message; a slow machine has read over HTTP before.
        if (rig.kind === 'relay' || watch.snapshots.length > 1) return
        // A list that lacks a filled trade is read once more, so that the snapshot may hold it.
        const reset = watch.events.findIndex(event => event.type === 'reset')
        const fill = watch.events.findIndex(event => event.type === 'change' && isFill(event.change, id))
        expect(fill).toBeGreaterThan(reset)
      },
    )

    law('replays changes received during a refresh', async ({ rig, live }) => {
      const watch = await live(NO_HTTP)
      // A snapshot is read again as soon as the unit of dollars is known; this test needs the one after it.
      await rig.until(watch, () => watch.snapshots.at(-1)?.account?.value.syntheticUsdUnit === 'dollars')
      const snapshotCount = watch.snapshots.length
      const requestCount = rig.requests.length
      rig.knob({ do: 'holdSnapshot', ms: 4_000 })
      watch.resync()
      await rig.until(watch, () =>
        rig.requests.slice(requestCount).some(({ target }) => target.includes('trades/running')),
      )
      const { id } = rig.knob(OPEN)
      await rig.until(watch, () => isFillReceived(rig, watch, id))
      const snapshots = watch.snapshots.length
      await rig.until(watch, () => watch.snapshots.length > snapshots)
      const history = watch.tradeHistory(String(id))
      expect(history.slice(history.indexOf(true))).not.toContain(false)
      // The first snapshot of a relay may be a cached one.
      if (rig.kind === 'relay') return
      expect(snapshots).toBe(snapshotCount)
      expect(watch.hasTrade(id)).toBe(false)
      const fills = watch.events.flatMap((event, index) =>
        event.type === 'change' && isFill(event.change, id) ? [index] : [],
      )
      const reset = watch.events.findLastIndex(event => event.type === 'reset')
      expect(fills.map(index => index > reset)).toEqual([false, true])
    })

    law('emits nothing after stop', async ({ rig, live }) => {
      const watch = await live()
      watch.stop()
      watch.resync()
      const count = watch.events.length
      rig.knob(OPEN)
      rig.knob({ do: 'drop' })
      await rig.drain()
      expect(watch.events).toHaveLength(count)
    })

    law('ignores a snapshot that arrives after stop', async ({ rig, watched }) => {
      rig.knob({ do: 'holdSnapshot', ms: 300 })
      const watch = watched()
      await rig.until(watch, () => rig.requests.some(request => request.target.includes('trades/running')))
      watch.stop()
      await rig.drain()
      expect(watch.snapshots).toHaveLength(0)
    })

    law('ignores a terminated socket', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'drop' })
      await rig.until(watch, () => watch.status.reconnects === 1)
      const [old] = rig.dialed
      const count = watch.events.length
      old?.text(rig.dataFrame)
      old?.text('{')
      old?.opened()
      old?.pong()
      old?.closed(1006)
      expect(watch.events).toHaveLength(count)
      expect(watch.isLive).toBe(true)
    })

    law(
      'falls back to HTTP during silence on an open socket and returns to the stream',
      async ({ rig, live }) => {
        const watch = await live()
        rig.knob({ do: 'mute', ms: 60_000 })
        await rig.until(watch, () => watch.status.lastError?.code === 'silence')
        expect(watch.status.link).not.toBe('live')
        const snapshots = watch.snapshots.length
        const { id } = rig.knob(OPEN)
        await rig.until(watch, () => watch.snapshots.length > snapshots && watch.hasTrade(id))
        expect(watch.status).toMatchObject({ transport: 'http' })
        expect(watch.isLive).toBe(false)
        rig.knob({ do: 'mute', ms: 0 })
        await rig.until(watch, () => watch.isLive)
        expect(watch.status).toMatchObject({ transport: 'stream', reconnects: 1 })
      },
    )

    law('reports a lost source and keeps retrying', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'down', ms: 600_000 })
      await rig.until(watch, () => watch.status.attempt >= 3)
      expect(watch.status.link).not.toBe('live')
      expect(watch.status.lastError).toMatchObject({ retryable: true })
      rig.knob({ do: 'down', ms: 0 })
      await rig.until(watch, () => watch.isLive)
    })

    law('connects with clocks five minutes apart', async ({ rig, live }) => {
      rig.knob({ do: 'skew', ms: -300_000 })
      const watch = await live()
      expect(Math.abs((watch.status.clockOffsetMs ?? 0) + 300_000)).toBeLessThan(1_000)
    })

    law('follows a clock that is set while live', async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'skew', ms: 300_000 })
      const snapshots = watch.snapshots.length
      watch.resync()
      const times = () => rig.requests.filter(request => request.target === '/v3/time')
      const isMoved = (): boolean => (watch.status.clockOffsetMs ?? 0) > 200_000
      // A relay replies with its cached snapshot before it reads a new one, and a read may have begun before the clock was set.
      await rig.until(watch, () => watch.snapshots.length > snapshots && times().length > 0 && isMoved())
      expect(watch.isLive).toBe(true)
      expect(times()).toHaveLength(1)
      expect(Math.abs((watch.status.clockOffsetMs ?? 0) - 300_000)).toBeLessThan(1_000)
    })

    describeKeyLaws(law)

    law('waits after 429 replies', async ({ rig, live }) => {
      rig.knob({ do: 'status', code: 429, ms: 900 })
      const watch = await live()
      expect(watch.status).toMatchObject({ attempt: 0, lastError: null })
      expect(watch.snapshots.at(-1)?.parts.isolatedPositions.error).toBeNull()
    })

    law('rejects a key with write permissions unless allowed', async ({ rig, watched, live }) => {
      const watch = watched({ ...NO_HTTP, credentials: rig.writeCredentials })
      await rig.until(watch, () => watch.status.link === 'stopped')
      expect(watch.status.lastError?.code).toBe('key-may-write')
      expect(watch.status.lastError?.hint).toContain('--allow-write-key')
      expect(watch.snapshots).toHaveLength(0)
      const other = await live({
        credentials: rig.writeCredentials,
        policy: { ...NO_HTTP.policy, allowWriteKey: true },
      })
      expect(other.status.key?.permissions?.some(each => each.endsWith(':write'))).toBe(true)
    })

    law('emits market data without a key', async ({ rig, live }) => {
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

    law('lists the permissions of the parts that the exchange refuses', async ({ rig, live }) => {
      const watch = await live({ ...NO_HTTP, credentials: rig.accountOnlyCredentials })
      const [snapshot] = watch.snapshots
      expect(snapshot?.account).not.toBeNull()
      expect(snapshot).toMatchObject({ isolated: null, isolatedOrders: null, cross: null, crossOrders: null })
      expect([...(snapshot?.missing ?? [])].sort()).toEqual(['futures:cross:read', 'futures:isolated:read'])
      expect(rig.requests.some(request => request.target.includes('isolated'))).toBe(true)
      expect(snapshot?.parts.isolatedPositions.error).toMatchObject({ kind: 'refused' })
      expect(snapshot?.parts.account).toMatchObject({ error: null })
    })

    law('sends only GET requests of the route table', async ({ rig, live }) => {
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
