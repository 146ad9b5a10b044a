import { WriteStream } from 'node:tty'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appearanceFrom } from '../../../src/config/appearance.ts'
import { colorDepthFrom } from '../../../src/config/color-depth.ts'

type Variables = Readonly<Record<string, string>>

describe('bits per color', () => {
  test.each<[Variables, number]>([
    [{}, 4],
    [{ TERM: 'xterm' }, 4],
    [{ TERM: 'screen' }, 4],
    [{ TERM: 'linux' }, 4],
    [{ TERM: 'xterm-256color' }, 8],
    [{ TERM: 'tmux-256color', TMUX: '/tmp/x,1,0' }, 8],
    [{ TERM: 'xterm-kitty' }, 24],
    [{ TERM: 'xterm-direct' }, 24],
    [{ TERM: 'foot' }, 24],
    [{ TERM: 'alacritty' }, 24],
    [{ TERM: 'dumb' }, 1],
    [{ TERM: 'dumb', COLORTERM: 'truecolor' }, 1],
    [{ TERM: 'xterm-mono' }, 1],
    [{ TERM: 'xterm', COLORTERM: 'truecolor' }, 24],
    [{ TERM: 'xterm', COLORTERM: '24bit' }, 24],
    [{ TERM: 'xterm-256color', COLORTERM: 'yes' }, 8],
    [{ TERM: 'screen', TMUX: '/tmp/x,1,0', COLORTERM: 'truecolor' }, 24],
    // GNU screen inherits COLORTERM.
    [{ TERM: 'screen', COLORTERM: 'truecolor' }, 4],
    [{ TERM: 'screen.xterm-256color', COLORTERM: 'truecolor' }, 8],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, 8],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 24],
    [{ TERM: 'xterm', WT_SESSION: '1' }, 24],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 1],
    [{ TERM: 'xterm-256color', NO_COLOR: '0' }, 1],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, 8],
    [{ COLORTERM: 'truecolor', FORCE_COLOR: '0' }, 1],
    [{ COLORTERM: 'truecolor', FORCE_COLOR: 'false' }, 1],
    [{ COLORTERM: 'truecolor', FORCE_COLOR: '1' }, 4],
    [{ COLORTERM: 'truecolor', FORCE_COLOR: 'true' }, 4],
    [{ COLORTERM: 'truecolor', FORCE_COLOR: '2' }, 8],
    [{ TERM: 'xterm', FORCE_COLOR: '2' }, 8],
    [{ TERM: 'xterm', FORCE_COLOR: '3' }, 24],
    [{ TERM: 'xterm-256color', FORCE_COLOR: '' }, 8],
    [{ TERM: 'xterm-256color', FORCE_COLOR: 'always' }, 8],
    [{ TERM: 'xterm-mono', FORCE_COLOR: 'always' }, 4],
    // As force-color.org and Node.js have it: FORCE_COLOR decides.
    [{ TERM: 'xterm-256color', FORCE_COLOR: 'always', NO_COLOR: '1' }, 8],
    [{ TERM: 'xterm', FORCE_COLOR: '3', NO_COLOR: '1' }, 24],
    [{ TERM: 'xterm', FORCE_COLOR: '0', NO_COLOR: '' }, 1],
  ])('%o', (env, depth) => {
    expect(colorDepthFrom(env)).toBe(depth)
  })

  test('are those of Node.js where both know the variable', () => {
    const env = fc.record(
      {
        TERM: fc.constantFrom('xterm', 'xterm-256color', 'dumb', 'linux', 'xterm-kitty'),
        COLORTERM: fc.constantFrom('truecolor', '24bit'),
        FORCE_COLOR: fc.constantFrom('0', '1', '2', '3', 'true', 'false'),
      },
      { requiredKeys: ['TERM'] },
    )
    fc.assert(
      fc.property(env, variables => {
        const node = WriteStream.prototype.getColorDepth.call({}, variables)
        expect(colorDepthFrom(variables)).toBe(node)
      }),
    )
  })
})

describe('background', () => {
  test.each([
    [undefined, null],
    ['', null],
    ['15;0', 'dark'],
    ['0;15', 'light'],
    ['0;default;15', 'light'],
    ['15;default;0', 'dark'],
    ['0;7', 'light'],
    ['15;8', 'dark'],
    ['default;default', null],
    ['0;15;', null],
  ])('COLORFGBG=%s is %s', (COLORFGBG, background) => {
    expect(appearanceFrom({ COLORFGBG }).background).toBe(background)
  })

  test.each<[Variables, boolean]>([
    [{ TERM: 'xterm-256color' }, true],
    [{ TERM: 'alacritty' }, true],
    [{ TERM: 'st-256color' }, true],
    [{ TERM: 'screen', TMUX: '/tmp/x,1,0' }, true],
    [{ TERM: 'screen.xterm-256color', STY: '1.x' }, false],
    [{ TERM: 'linux' }, false],
    [{ TERM: 'dumb' }, false],
    [{ TERM: 'eterm-color' }, false],
    [{ TERM: 'sun' }, false],
    [{}, false],
  ])('is requested from %o: %s', (env, isRequested) => {
    expect(appearanceFrom(env).reportsBackground).toBe(isRequested)
  })
})
