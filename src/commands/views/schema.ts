import { EXIT } from '../../domain/error.ts'
import { snapshotJsonSchema } from '../../wire/snapshot-schema.ts'
import type { Command } from '../command-context.ts'

/** Prints the JSON Schema of the snapshot document. */
export const schema: Command = async ({ world }) => {
  await world.terminal.print(`${JSON.stringify(snapshotJsonSchema(), null, 2)}\n`)
  return EXIT.done
}
