import type { TypedCommand } from './key-binding.ts'
import { KEYS } from './keymap.ts'
import { isSizeKey, isWhatIfKey } from './plan-input.ts'
import type { Ui } from './ui-state.ts'

const BY_KEY = new Map(KEYS.flatMap(binding => binding.keys.map(key => [key, binding] as const)))

/**
 * The command of a key; null if it has none. While the palette or the filter is typed, characters go into it; digits into the what-if and
 * the size.
 */
export function commandFor(key: string, ui: Ui): TypedCommand | null {
  if (ui.palette !== null && !key.startsWith('ctrl-')) return { type: 'palette-key', key }
  if (ui.filter.phase === 'typing' && !key.startsWith('ctrl-')) return filterCommand(key, ui)
  if (isPlanKey(key, ui)) return { type: 'plan-key', key }
  return BY_KEY.get(key)?.command(key, ui) ?? null
}

function isPlanKey(key: string, { overlay, whatIf }: Ui): boolean {
  if (overlay === 'whatif') return isWhatIfKey(key, whatIf)
  return overlay === 'size' && isSizeKey(key)
}

function filterCommand(key: string, ui: Ui): TypedCommand | null {
  if (key === 'enter') return { type: 'filter-done' }
  if (key === 'escape') return { type: 'back' }
  if (key === 'backspace') return { type: 'filter-erase' }
  if ([...key].length === 1) return { type: 'filter-text', text: key }
  return BY_KEY.get(key)?.command(key, ui) ?? null
}
