import type { AccountUis } from './account-uis.ts'
import type { AddedEntry } from './palette-entries.ts'

/** The commands of the palette that show an account, or the sum of all; none with one account. */
export function accountEntries(
  accounts: readonly { readonly profile: string }[],
  uis: Pick<AccountUis, 'show'>,
): readonly AddedEntry[] {
  if (accounts.length < 2) return []
  const entry = (name: string, help: string, index: number | null): AddedEntry => ({
    name,
    key: '',
    help,
    command: { type: 'call', call: () => uis.show(index) },
  })
  return [
    ...accounts.map(({ profile }, index) => entry(`account ${profile}`, 'shows the account', index)),
    // No name of a profile can be the same.
    entry('sum of accounts', 'the sum of all accounts', null),
  ]
}
