import { EXIT, type ExitCode } from '../../domain/error.ts'
import { snapshotJsonSchema } from '../../wire/snapshot-schema.ts'
import type { CommandContext } from '../command-context.ts'

/** Prints the JSON Schema of the snapshot document. */
export async function schema(
  _options: object,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  await terminal.print(`${JSON.stringify(snapshotJsonSchema(), null, 2)}\n`)
  return EXIT.done
}
