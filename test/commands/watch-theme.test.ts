import { describe, expect, test } from 'vitest'
import { openFakeWorld } from '../support/fake-world.ts'
import '../support/loaded-watch.ts'

describe.each(['watch', 'demo'])('the dashboard of axisor %s', command => {
  test('asks a terminal for its background, and takes its answer as no key', async () => {
    const env = { LANG: 'C.UTF-8', TERM: 'xterm-256color' }
    const world = openFakeWorld({ terminal: true, env })
    const running = await world.start(command)
    world.terminal.stdin.push('\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[?1;2c')
    await world.clock.advance(2_000)
    expect(world.out().split('\x1b]11;?').length).toBe(2)
    expect(world.out()).toContain('\x1b[38;5;240m')
    expect(world.out()).not.toContain('38;5;247')
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
  })

  test('asks with --low-bandwidth too; without an answer no color needs a dark background', async () => {
    const world = openFakeWorld({ terminal: true, env: { LANG: 'C.UTF-8', TERM: 'xterm-256color' } })
    const running = await world.start(command, '--low-bandwidth')
    await world.clock.advance(2_000)
    expect(world.out().split('\x1b]11;?').length).toBe(2)
    // Green, yellow and cyan cannot be read on white.
    expect(world.out()).not.toMatch(/\x1b\[(?:[\d;]*;)?(?:3[236]|9[236])m/)
    expect(world.out()).toMatch(/\x1b\[94m/)
    world.terminal.stdin.push('\x1b]11;rgb:0000/0000/0000\x07\x1b[?1;2c')
    await world.clock.advance(2_000)
    expect(world.out()).toMatch(/\x1b\[32m/)
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
  })

  test('waits 50 ms for the answer before the first frame, not longer', async () => {
    const world = openFakeWorld({ terminal: true, env: { LANG: 'C.UTF-8', TERM: 'xterm-256color' } })
    const running = await world.start(command)
    await world.clock.advance(49)
    expect(world.out()).not.toContain('SIMULATED')
    await world.clock.advance(1)
    expect(world.out()).toContain('SIMULATED')
    world.terminal.stdin.push('q')
    await world.clock.advance(100)
    expect(await running.ended()).toBe(0)
  })

  test('keeps an answer that is due from the shell when it ends or is suspended', async () => {
    const world = openFakeWorld({ terminal: true, env: { LANG: 'C.UTF-8', TERM: 'xterm-256color' } })
    const left = () => world.out().split('\x1b[?1049l').length - 1
    const running = await world.start(command)
    await world.clock.advance(2_000)
    world.terminal.stdin.push('\x1a')
    world.terminal.stdin.push('\x1a')
    await world.clock.advance(99)
    expect(left()).toBe(0)
    await world.clock.advance(1)
    expect(left()).toBe(1)
    world.terminal.stdin.push('q')
    await world.clock.advance(50)
    expect(left()).toBe(1)
    world.terminal.stdin.push('\x1b[?1;2c')
    await world.clock.settle()
    expect(left()).toBe(2)
    expect(await running.ended()).toBe(0)
  })

  test.each([
    [['--theme', 'dark'], {}],
    [[], { NO_COLOR: '1' }],
    [[], { TERM: 'linux' }],
  ])('does not ask with %j and %o', async (flags, env) => {
    const world = openFakeWorld({ terminal: true, env: { TERM: 'xterm-256color', ...env } })
    const running = await world.start(command, ...flags)
    await world.clock.advance(2_000)
    expect(world.out()).toContain('SIMULATED')
    expect(world.out()).not.toContain('\x1b]11')
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
  })
})
