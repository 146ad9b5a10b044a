import { expect, test } from 'vitest'
import { exportShown } from '../../../src/commands/watch/export-shown.ts'
import { openStore } from '../../../src/store/store.ts'
import { sampleStore } from '../../frames/sample-screens.ts'
import { openFakeClock } from '../../support/fake-clock.ts'
import { T0 } from '../../support/samples.ts'

const written: string[] = []
const context = {
  clock: openFakeClock(T0),
  env: { HOME: '/home/trader' },
  files: { writePrivate: async (_path: string, text: string) => void written.push(text) },
} as never

test.each([
  ['positions', 'the positions are not read'],
  ['orders', 'the orders are not read'],
  ['funding', 'the funding fees are not read'],
] as const)(
  'writes no file of %s before they are read: it would look like a flat account',
  async (pane, why) => {
    const shown = { account: null, pane, state: openStore().state(), ids: [], rows: [] }
    expect(await exportShown(shown, context)).toBe(`not exported: ${why}`)
    expect(written).toEqual([])
  },
)

test('writes the positions that are shown, in their order', async () => {
  const state = sampleStore().state()
  const ids = [...(state.isolated?.keys() ?? [])].toReversed()
  const sentence = await exportShown({ account: null, pane: 'positions', state, ids, rows: [] }, context)
  expect(sentence).toMatch(/^exported 2 rows: ~\/\.local\/share\/axisor\/exports\/positions-.*\.csv$/)
  const [, ...lines] = written.join('').trimEnd().split('\n')
  expect(lines.map(line => ids.findIndex(id => line.includes(id)))).toEqual([0, 1])
})
