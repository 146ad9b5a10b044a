import { AxisorError } from '../../domain/error.ts'
import { withStores } from '../secrets/secret-stores.ts'
import { type AccountContext, failedAccount, openWatchedAccount, type ScreenAccount } from './open-account.ts'
import { usableSettings, type WatchSource, type WatchSources } from './watch-sources.ts'

/**
 * Opens the accounts one after the other: each may prompt, and a passphrase is typed once for all. One that can't be opened is shown as
 * stopped, with its reason.
 * @throws AxisorError of the first one, if none can be opened; InterruptedError
 */
export async function openAccounts(
  sources: WatchSources,
  context: AccountContext,
): Promise<readonly ScreenAccount[]> {
  return withStores(usableSettings(sources), context, sharedStores =>
    openAll(sources, { ...context, sharedStores }),
  )
}

async function openAll(sources: WatchSources, context: AccountContext): Promise<readonly ScreenAccount[]> {
  const opened: ScreenAccount[] = []
  const errors: AxisorError[] = []
  try {
    for (const source of sources) {
      const account = await openOrFail(source, opened, sources.length > 1, context)
      if (account instanceof AxisorError) errors.push(account)
      opened.push(account instanceof AxisorError ? failedAccount(source.name, account, context) : account)
    }
    const [error] = errors
    if (error !== undefined && errors.length === sources.length) throw error
    return opened
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

async function openOrFail(
  { name, settings }: WatchSource,
  others: readonly ScreenAccount[],
  hasOthers: boolean,
  context: AccountContext,
): Promise<ScreenAccount | AxisorError> {
  try {
    if (settings instanceof AxisorError) return settings
    const account = await openWatchedAccount(settings, hasOthers, context)
    if (account.key === null || others.every(({ key }) => key !== account.key)) return account
    await account.close()
    return new AxisorError('usage', `profile ${name} has the key of another profile that is watched`, {
      hint: 'Name one of them: an account is counted once.',
    })
  } catch (error) {
    if (error instanceof AxisorError) return error
    throw error
  }
}

/** Closes all accounts, also if one of them fails. */
export async function closeAll(accounts: readonly ScreenAccount[]): Promise<void> {
  const ends = await Promise.allSettled(accounts.map(account => account.close()))
  const failed = ends.find(end => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
