import { EXIT, type ExitCode } from '../../domain/error.ts'
import type { CommandContext } from '../command-context.ts'
import type { DatabaseOptions } from './options.ts'
import { migrationText, type StoreContext, withStore } from './store.ts'

/** Creates the database of a relay, or brings it to the schema of this axisor. */
export function migrateDatabase(
  options: DatabaseOptions,
  context: StoreContext & Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  const report = async (opened: Parameters<typeof migrationText>[0]): Promise<ExitCode> => {
    const unchanged = `The database ${opened.shown} has schema version ${opened.schemaVersion}. Nothing to migrate.`
    await context.terminal.printError(`${migrationText(opened).trim() || unchanged}\n`)
    return EXIT.done
  }
  return withStore(options, context, report, 'create')
}
