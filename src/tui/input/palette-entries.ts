import type { Translate } from '../lang/translate.ts'
import type { KeyBinding, KeyCommand } from './key-binding.ts'
import { listedKeys } from './listed-keys.ts'
import type { Ui } from './ui-state.ts'

/** A command of the palette. */
export interface PaletteEntry {
  /** What may be typed in any language: `view orders`, `unit BTC`, `account main`. */
  readonly name: string
  /** The same in the language of the dashboard, which may be typed too: `tela ordens`. */
  readonly shown: string
  /** The key that does the same, as the list shows it; '' if there is none. */
  readonly key: string
  /** One line; up to 28 columns are never cut. */
  readonly help: string
  readonly command: KeyCommand
}

/** A command of the caller in English. */
export type AddedEntry = Omit<PaletteEntry, 'shown'>

/** The commands of the key table, each setting with each of its values, and those of the caller. */
export function paletteEntries(
  ui: Ui,
  t: Translate,
  hasAccounts: boolean,
  more: readonly AddedEntry[] = [],
): readonly PaletteEntry[] {
  const others = more.map(entry => ({ ...entry, help: t.sentence(entry.help) }))
  const all = [...listedKeys(hasAccounts).flatMap(binding => entriesOf(binding, ui, t)), ...others]
  return all.map(entry => ({ ...entry, shown: t.command(entry.name) }))
}

function entriesOf(binding: KeyBinding, ui: Ui, t: Translate): readonly AddedEntry[] {
  const { names, settings = [] } = binding
  return [
    ...names.map(({ key, name, help = binding.help }) => ({
      name,
      key: shownKey(key),
      help: t(help),
      command: binding.command(key, ui),
    })),
    ...settings.flatMap(setting =>
      setting.values.map(({ value, help, choice }) => ({
        name: `${setting.name} ${value}`,
        key: '',
        help: help(t),
        command: { type: 'choose' as const, choice },
      })),
    ),
  ]
}

const SHOWN_KEYS: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  'ctrl-z': 'Ctrl-Z',
}

function shownKey(key: string): string {
  return SHOWN_KEYS[key] ?? key
}
