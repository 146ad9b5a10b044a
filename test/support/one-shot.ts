import { expect } from 'vitest'
import { type FakeWorldOptions, openFakeWorld } from './fake-world.ts'

/** The commands that read once with the key and end. */
export const ONE_SHOT_COMMANDS = [
  ['snapshot'],
  ['positions'],
  ['orders'],
  ['account'],
  ['line'],
  ['check'],
  ['whatif', '--price', '60000'],
  ['history'],
  ['funding'],
]

/** Runs `axisor snapshot` to its end. A failed one must print one line and no document. */
export async function runSnapshot(options: FakeWorldOptions, knob?: object, argv: readonly string[] = []) {
  const world = openFakeWorld(options)
  if (knob !== undefined) world.exchange.control(JSON.stringify(knob))
  const code = await world.run('snapshot', ...argv)
  expect(world.listeners()).toBe(0)
  if (code !== 0) {
    expect(world.out()).toBe('')
    expect(world.err()).toMatch(/^[^\n]+\n$/)
    expect(world.err()).not.toMatch(/\bat .*:\d+:\d+/)
  }
  return { code, out: world.out(), err: world.err() }
}
