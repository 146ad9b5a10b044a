import type { TypedCommand } from '../../../src/tui/input/key-binding.ts'
import type { UiAction } from '../../../src/tui/input/ui-state.ts'

const OTHERS: ReadonlySet<TypedCommand['type']> = new Set([
  'quit',
  'suspend',
  'resync',
  'acknowledge',
  'export',
  'call',
  'palette-key',
])

/** True if the command changes the ui state and nothing else. */
export function isUiAction(command: TypedCommand): command is UiAction {
  return !OTHERS.has(command.type)
}
