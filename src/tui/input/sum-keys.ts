import type { KeyCommand } from './key-binding.ts'

/** Choices that the sum of all accounts shows as well. */
const CHOICES: ReadonlySet<KeyCommand['type']> = new Set([
  'unit',
  'basis',
  'mask',
  'zone',
  'choose',
  'palette-open',
])

/** What selects an account of the sum or opens it, and what is of all accounts. */
const OF_ALL: ReadonlySet<KeyCommand['type']> = new Set([
  'move',
  'page',
  'end',
  'open',
  'view',
  'back',
  'next-account',
  'resync',
  'acknowledge',
  'call',
  'quit',
  'suspend',
])

/** True for a command that changes the sum as it changes an account. */
export function isChoiceOfSum(command: KeyCommand): boolean {
  return CHOICES.has(command.type) || (command.type === 'overlay' && command.overlay === 'help')
}

/** True for a command that works while the sum is on the screen; others work on one account. */
export function worksInSum(command: KeyCommand): boolean {
  return isChoiceOfSum(command) || OF_ALL.has(command.type)
}
