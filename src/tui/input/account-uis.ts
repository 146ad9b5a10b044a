import { INITIAL_UI, type Ui } from './ui-state.ts'

/** Choices that hold for all accounts. Everything else, such as a selection, a frozen screen or a what-if, is of one account. */
const COMMON = [
  'view',
  'focus',
  'expanded',
  'sort',
  'unit',
  'basis',
  'amounts',
  'zone',
  'candleRange',
  'range',
  'answer',
] as const satisfies readonly (keyof Ui)[]

/** The ui state of another account: its own, with the choices that hold for all. Offsets of another view are of no use. */
function withCommonChoices(own: Ui, current: Ui): Ui {
  const common = Object.fromEntries(COMMON.map(name => [name, current[name]]))
  return { ...own, ...common, clicked: null, offsets: own.view === current.view ? own.offsets : {} }
}

/** The ui states of the accounts and of their sum, and which of them is on the screen. */
export interface AccountUis {
  /** The ui state on the screen. */
  ui(): Ui
  set(ui: Ui): void
  /** The ui state of an account. */
  of(index: number): Ui
  /** Index of the account on the screen; null if the sum is. */
  shown(): number | null
  /** Shows an account, or the sum. */
  show(index: number | null): void
  /** Shows the next account; after the last one the sum, and then the first. */
  next(): void
  /** Index of the selected account of the sum: the one that was shown last until another is selected. */
  selected(): number
  /** Selects another row of the sum. */
  select(by: number): void
}

/** `count`: the number of accounts. With one there is no sum. */
export function openAccountUis(count: number): AccountUis {
  // The last one is of the sum.
  const own: Ui[] = Array.from({ length: count + 1 }, () => INITIAL_UI)
  let ui = INITIAL_UI
  let shown: number | null = 0
  let selected = 0
  const show = (index: number | null): void => {
    own[shown ?? count] = ui
    ui = withCommonChoices(own[index ?? count] ?? INITIAL_UI, ui)
    shown = index
    if (index !== null) selected = index
  }
  return {
    ui: () => ui,
    set(next) {
      ui = next
    },
    of: index => (index === shown ? ui : withCommonChoices(own[index] ?? INITIAL_UI, ui)),
    shown: () => shown,
    show,
    next() {
      if (count > 1) show(shown === null ? 0 : shown === count - 1 ? null : shown + 1)
    },
    selected: () => selected,
    select(by) {
      selected = Math.max(0, Math.min(count - 1, selected + by))
    },
  }
}
