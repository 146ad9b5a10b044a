import type { KeyBinding } from './key-binding.ts'
import { KEYS } from './keymap.ts'

/** The keys of a dashboard, with those of several accounts or without. */
export function listedKeys(hasAccounts: boolean): readonly KeyBinding[] {
  return KEYS.filter(({ needsAccounts }) => hasAccounts || needsAccounts === undefined)
}
