import type { KeyCommand } from './key-binding.ts'
import type { OverlayName } from './ui-state.ts'

/** Choices that the sum of all accounts shows as well. */
const CHOICES: ReadonlySet<KeyCommand['type']> = new Set([
  'unit',
  'basis',
  'mask',
  'zone',
  'choose',
  'palette-open',
])

const OVERLAYS: ReadonlySet<OverlayName> = new Set(['help', 'sum'])

/** What selects an account of the sum or opens it, and what is of all accounts. */
const OF_ALL: ReadonlySet<KeyCommand['type']> = new Set([
  'move',
  'page',
  'end',
  'open',
  'view',
  'back',
  'expand',
  'next-account',
  'resync',
  'acknowledge',
  'call',
  'quit',
  'suspend',
])

/** True for a command that changes the sum as it changes an account. */
export function isChoiceOfSum(command: KeyCommand): boolean {
  return CHOICES.has(command.type) || (command.type === 'overlay' && OVERLAYS.has(command.overlay))
}

/** The command of a key in the sum: there is no pane to expand, but all that small screens leave out. */
export function commandInSum(command: KeyCommand | null): KeyCommand | null {
  return command?.type === 'expand' ? { type: 'overlay', overlay: 'sum' } : command
}

/** True for a command that works while the sum is on the screen; others work on one account. */
export function worksInSum(command: KeyCommand): boolean {
  return isChoiceOfSum(command) || OF_ALL.has(command.type)
}
