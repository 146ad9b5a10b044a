import { expect, test } from 'vitest'
import { openWorld } from '../../../src/node/world.ts'

test('crash runs the registered handlers once, last first, even if one throws', () => {
  const world = openWorld('1.2.3')
  const undone: string[] = []
  world.onCrash(() => undone.push('first'))
  world.onCrash(() => {
    throw new Error('cannot be undone')
  })
  world.onCrash(() => undone.push('canceled'))()
  world.onCrash(() => undone.push('last'))
  world.crash()
  world.crash()
  expect(undone).toEqual(['last', 'first'])
})
