import type { AccountUis } from './account-uis.ts'
import type { PaletteEntry } from './palette-entries.ts'

/** The commands of the palette that show an account, or the sum of all; none with one account. */
export function accountEntries(
  accounts: readonly { readonly profile: string }[],
  uis: Pick<AccountUis, 'show'>,
): readonly PaletteEntry[] {
  if (accounts.length < 2) return []
  const entry = (name: string, help: string, index: number | null): PaletteEntry => ({
    name: `account ${name}`,
    key: '',
    help,
    command: { type: 'call', call: () => uis.show(index) },
  })
  return [
    ...accounts.map(({ profile }, index) => entry(profile, 'shows the account', index)),
    entry('all', 'the sum of all accounts', null),
  ]
}
