import { expect, test } from 'vitest'
import { failureLine } from '../../../src/commands/error-output.ts'
import { AxisorError } from '../../../src/domain/error.ts'

test('prints message and hint as one printable line', () => {
  const error = new AxisorError('config', 'cannot read /a\n\u{1b}[2J', { hint: 'Check the path' })
  expect(failureLine(error)).toBe('axisor: cannot read /a ?[2J. Check the path.\n')
})

test('prints the hint after a message of any length', () => {
  const error = new AxisorError('config', `cannot read /${'a'.repeat(5_000)}`, { hint: 'Check the path.' })
  expect(failureLine(error)).toMatch(/a{5000}\. Check the path\.\n$/)
})
