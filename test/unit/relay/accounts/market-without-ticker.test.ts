import { expect, test } from 'vitest'
import { usd } from '../../../../src/domain/units.ts'
import { openLiveRelayRig } from '../../../support/relay-rig.ts'
import { madeTicker, readAt, resetEvent, T0 } from '../../../support/samples.ts'

test('sends the prices of each read to clients while the funding rate is missing', async () => {
  const { clock, first, dispatch } = await openLiveRelayRig()
  const read = (at: number, bidUsd: number) => {
    const buckets = [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(bidUsd), askUsd: usd(bidUsd + 5) }]
    dispatch(
      resetEvent(at, { network: 'signet', ticker: readAt(at, madeTicker({ funding: null, buckets })) }),
    )
  }
  read(T0 + 1_000, 66_000)
  await clock.advance(1_050)
  read(T0 + 2_000, 65_000)
  await clock.advance(1_000)
  expect(first.received.at(-1)).toMatchObject({
    type: 'data_update',
    changes: expect.arrayContaining([
      expect.objectContaining({
        change: { kind: 'buckets', buckets: [expect.objectContaining({ bidUsd: 65_000 })] },
      }),
    ]),
  })
})
