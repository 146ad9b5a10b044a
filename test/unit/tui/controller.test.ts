import { expect, test } from 'vitest'
import { openController } from '../../../src/tui/controller.ts'
import { OVERLAYS } from '../../../src/tui/panes/paints.ts'
import { sampleStore } from '../../frames/sample-screens.ts'
import { openFakeClock } from '../../support/fake-clock.ts'
import { T0 } from '../../support/samples.ts'

test('keeps the scroll position for a key that arrives before the next layout', () => {
  const size = { columns: 80, rows: 16 }
  const controller = openController({
    store: sampleStore(),
    clock: openFakeClock(T0),
    profile: 'main',
    localOffsetMinutes: () => 0,
    httpEveryMs: 5_000,
    actions: { resync: () => {}, suspend: () => {} },
    quit: () => {},
    changed: () => {},
  })
  controller.frame(size)
  controller.press('?')
  OVERLAYS.help(controller.frame(size).context, 80, 8)
  controller.press('j')
  controller.press('j')
  expect(controller.frame(size).context.ui.offsets.overlay).toBe(2)
  controller.press('j')
  expect(controller.frame(size).context.ui.offsets.overlay).toBe(3)
})
