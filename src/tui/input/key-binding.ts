import type { EnglishText } from '../lang/catalog.ts'
import type { Setting } from './settings.ts'
import type { Ui, UiAction } from './ui-state.ts'

/** The command of a key: a change of the ui state, or an action of the program. */
export type KeyCommand =
  | UiAction
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' }
  | { readonly type: 'resync' }
  /** The alert that the last line names; in the list of alerts all of them. */
  | { readonly type: 'acknowledge' }
  /** Writes what the pane with the focus shows into a file. */
  | { readonly type: 'export' }
  /** The next account; after the last one the sum of all. */
  | { readonly type: 'next-account' }
  /** A command that the caller of the dashboard added to the palette. */
  | { readonly type: 'call'; readonly call: () => void }

/** A command that acts at once; or a key typed into the palette, which may run one. */
export type TypedCommand = KeyCommand | { readonly type: 'palette-key'; readonly key: string }

/** The name of a command in the palette. */
interface NamedKey {
  /** One of the keys of the binding. */
  readonly key: string
  readonly name: string
  /** In place of the help of the binding. */
  readonly help?: EnglishText
}

/** One row of the key table. */
export interface KeyBinding {
  /** Names of the keys as returned by `keyNames`. */
  readonly keys: readonly string[]
  /** The commands of the palette that do what the keys do. */
  readonly names: readonly NamedKey[]
  /** What the key changes in steps, and the palette sets at once. */
  readonly settings?: readonly Setting[]
  readonly command: (key: string, ui: Ui) => KeyCommand
  /** Names of the keys in the help. */
  readonly shown: string
  readonly help: EnglishText
  /** Listed only on a dashboard of several accounts. */
  readonly needsAccounts?: true
  /** Entry in the line of keys. Entries with a low priority are dropped first; 0 needs 100 columns. */
  readonly footer?: {
    readonly key: string
    /** In its place on a terminal that shows only ASCII. */
    readonly asciiKey?: string
    readonly label: EnglishText
    readonly wideLabel?: EnglishText
    readonly priority: number
  }
}
