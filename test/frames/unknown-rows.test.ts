import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { OVERLAYS } from '../../src/tui/panes/paints.ts'
import { PORTUGUESE } from '../support/pseudo-language.ts'
import { STATE_NAMES, stateContext } from './every-state.ts'
import { contextOf, read, withUi } from './sample-screens.ts'

const SIZE = { columns: 80, rows: 24 }
const OVERLAY_NAMES = Object.keys(OVERLAYS) as (keyof typeof OVERLAYS)[]
const FOCUSED = ['closed', 'funding', 'connection'] as const
/** What is only true of rows that are known. */
const NONE = /No open|No position|no liquidation|no settlement|No closed|Nothing closed|are equal/

describe('before the first data', () => {
  const context = contextOf(openStore(), SIZE)

  test.each(OVERLAY_NAMES)('the overlay %s does not say that there is none', overlay => {
    for (const focus of FOCUSED) expect(read(withUi(context, { overlay, focus }))).not.toMatch(NONE)
  })

  test('Enter on the orders says that they are not read', () => {
    const opened = withUi(context, { overlay: 'order', focus: 'orders' })
    expect(read(opened)).toContain('··· Open orders not read yet')
    const portuguese = { ...opened, info: { ...opened.info, t: PORTUGUESE } }
    expect(read(portuguese)).toContain('··· Ordens abertas ainda sem leitura')
  })
})

const LACKING = STATE_NAMES.filter(name => {
  const { model } = stateContext(name, SIZE)
  return model.mayLackPosition && model.positions.length === 0
})

test.each(LACKING)('unknown positions are not none: %s', name => {
  const context = stateContext(name, SIZE)
  for (const overlay of ['detail', 'whatif'] as const)
    expect(read(withUi(context, { overlay }))).not.toMatch(/No open positions|No position sel|no liquidation/)
})
