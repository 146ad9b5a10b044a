import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../../../src/commands/definitions.ts'
import { manPage } from '../../../../src/commands/man-page/man-page.ts'
import { roffText } from '../../../../src/commands/man-page/roff.ts'
import { EXIT } from '../../../../src/domain/error.ts'

const page = manPage('1.2.3', '2026-03-04')

describe('the manual page', () => {
  test('has a heading with the version and the date', () => {
    expect(page.split('\n')[0]).toBe('.TH AXISOR 1 2026-03-04 "axisor 1.2.3" "User Commands"')
  })

  test('describes every command, flag and exit code', () => {
    for (const { name, options } of COMMANDS) {
      expect(page).toContain(`\n.SS ${roffText(`axisor ${name}`)}\n`)
      for (const { flags } of options)
        expect(page).toContain(`\n.TP\n\\fB${roffText(flags.split(' ')[0] ?? '')}\\fR`)
    }
    for (const code of Object.values(EXIT)) expect(page).toContain(`\n.TP\n\\fB${code}\\fR\n`)
  })

  test('describes the options that commands share once', () => {
    expect(page.split('\\fB\\-\\-direct\\fR')).toHaveLength(2)
    expect(page.split('The source options apply too.').length).toBeGreaterThan(10)
  })
})

test('roff prints text as it is', () => {
  expect(roffText(`.a -b 'c' "d" \`e\` ^f ~g \\h\n.i`)).toBe(
    `\\&.a \\-b \\(aqc\\(aq \\(dqd\\(dq \\(gae\\(ga \\(haf \\(tig \\eh\n\\&.i`,
  )
})

const hasMan = spawnSync('man', ['--version']).status === 0

describe.runIf(hasMan)('man (needs man)', () => {
  let rendered: string

  beforeAll(() => {
    const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', MANWIDTH: '80' }
    const { stdout, stderr, status } = spawnSync('man', ['--warnings', '-l', '-'], {
      input: page,
      encoding: 'utf8',
      env,
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    rendered = stdout
  })

  test('renders it without warnings', () => {
    expect(rendered).toContain('axisor - terminal monitor for traders of LN Markets')
  })

  test('shows examples that can be copied', () => {
    expect(rendered).toMatch(/^ +axisor status --json \| jq '\.key\.permissions'$/m)
    expect(rendered).toMatch(/^ +axisor check --liq 5 \|\| notify-send "axisor" "risk limit breached"$/m)
  })
})

const hasMandoc = spawnSync('mandoc', ['-T', 'lint'], { input: '' }).error === undefined

describe.runIf(hasMandoc)('mandoc (needs mandoc)', () => {
  test('finds no warnings', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: page, encoding: 'utf8' })
    expect(stdout).toBe('')
  })
})
