import { expect, test } from 'vitest'
import { openWorld } from '../../../src/node/world.ts'

test('a crash undoes what was registered, last first, though one of it fails, and only once', () => {
  const world = openWorld('1.2.3')
  const undone: string[] = []
  world.onCrash(() => undone.push('first'))
  world.onCrash(() => {
    throw new Error('cannot be undone')
  })
  world.onCrash(() => undone.push('cancelled'))()
  world.onCrash(() => undone.push('last'))
  world.crash()
  world.crash()
  expect(undone).toEqual(['last', 'first'])
})
