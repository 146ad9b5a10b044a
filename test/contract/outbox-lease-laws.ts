import fc from 'fast-check'
import { expect } from 'vitest'
import type { HostLease, Outbox } from '../../src/ports/outbox.ts'
import { NOTICED_AT as AT } from '../support/notices.ts'
import type { OutboxRig } from './outbox-laws.ts'

const TTL = 8_000

type Step =
  | { readonly kind: 'lease'; readonly holder: 'h-1' | 'h-2' }
  | { readonly kind: 'release'; readonly holder: 'h-1' | 'h-2' }
  | { readonly kind: 'wait'; readonly ms: number }

const holder = fc.constantFrom('h-1' as const, 'h-2' as const)

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: holder.map((name): Step => ({ kind: 'lease', holder: name })) },
    { weight: 1, arbitrary: holder.map((name): Step => ({ kind: 'release', holder: name })) },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 0, max: TTL + 100 }).map((ms): Step => ({ kind: 'wait', ms })),
    },
  ),
  { maxLength: 20 },
)

/** Which lease should be valid, by the words of the port. */
class Model {
  now = AT
  #held: HostLease | null = null

  valid(): HostLease | null {
    return this.#held !== null && this.#held.expiresAt > this.now ? this.#held : null
  }

  lease(name: string): HostLease {
    const valid = this.valid()
    if (valid !== null && valid.holder !== name) return valid
    this.#held = { holder: name, label: `label of ${name}`, expiresAt: this.now + TTL }
    return this.#held
  }

  release(name: string): void {
    if (this.#held?.holder === name) this.#held = null
  }
}

/** Tests of the lease of an outbox. */
export function describeLeaseLaws(
  law: (title: string, body: (outbox: Outbox, rig: OutboxRig) => Promise<void>) => void,
): void {
  law('gives the lease to one of many that request it at once', async (outbox, rig) => {
    const other = await rig.open()
    for (let round = 0; round < 5; round += 1) {
      const now = AT + round * TTL
      const requests = Array.from({ length: 12 }, (_, i) =>
        (i % 2 === 0 ? outbox : other).lease(`h-${i}`, `host ${i}`, now, TTL),
      )
      const leases = await Promise.all(requests)
      expect(new Set(leases.map(({ holder: name }) => name)).size).toBe(1)
      expect(await other.readLease(now)).toEqual(leases[0])
    }
    await other.close()
  })

  law('keeps the lease exclusive for any sequence of two holders', async (outbox, rig) => {
    const other = await rig.open()
    const processes = { 'h-1': outbox, 'h-2': other }
    await fc.assert(
      fc.asyncProperty(steps, async sequence => {
        await Promise.all([outbox.release('h-1'), other.release('h-2')])
        const model = new Model()
        for (const step of sequence) {
          if (step.kind === 'wait') model.now += step.ms
          else if (step.kind === 'release') {
            await processes[step.holder].release(step.holder)
            model.release(step.holder)
          } else {
            const label = `label of ${step.holder}`
            const lease = await processes[step.holder].lease(step.holder, label, model.now, TTL)
            expect(lease).toEqual(model.lease(step.holder))
          }
          expect(await outbox.readLease(model.now)).toEqual(model.valid())
        }
      }),
      { numRuns: 40 },
    )
    await other.close()
  })

  law('ends a lease at its time and not before', async outbox => {
    const lease = await outbox.lease('h-1', 'first', AT, TTL)
    expect(lease).toEqual({ holder: 'h-1', label: 'first', expiresAt: AT + TTL })
    expect(await outbox.lease('h-2', 'second', AT + TTL - 1, TTL)).toEqual(lease)
    expect(await outbox.readLease(AT + TTL)).toBeNull()
    const next = await outbox.lease('h-2', 'second', AT + TTL, TTL)
    expect(next).toMatchObject({ holder: 'h-2', label: 'second' })
    expect(await outbox.lease('h-1', 'first', AT + TTL, TTL)).toEqual(next)
  })

  law('frees a lease only for its holder', async outbox => {
    const lease = await outbox.lease('h-1', 'first', AT, TTL)
    await outbox.release('h-2')
    expect(await outbox.readLease(AT)).toEqual(lease)
    await outbox.release('h-1')
    expect(await outbox.readLease(AT)).toBeNull()
    expect(await outbox.lease('h-2', 'second', AT, TTL)).toMatchObject({ holder: 'h-2' })
  })

  law('does not honor a lease of a clock that was far ahead', async outbox => {
    await outbox.lease('h-1', 'first', AT + 3_600_000, TTL)
    expect(await outbox.readLease(AT)).toBeNull()
    expect(await outbox.lease('h-2', 'second', AT, TTL)).toMatchObject({ holder: 'h-2' })
    // A small difference between two clocks is none.
    await outbox.release('h-2')
    await outbox.lease('h-1', 'first', AT + TTL, TTL)
    expect(await outbox.lease('h-2', 'second', AT, TTL)).toMatchObject({ holder: 'h-1' })
  })
}
