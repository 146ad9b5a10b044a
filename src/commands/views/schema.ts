import { EXIT, type ExitCode } from '../../domain/error.ts'
import type { CommandContext } from '../command-context.ts'
import type { SchemaName, SchemaOptions } from './options.ts'

/** Prints the JSON Schema of a document. */
export async function schema(
  { name }: SchemaOptions,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  await terminal.print(`${JSON.stringify(await schemaOf(name), null, 2)}\n`)
  return EXIT.done
}

async function schemaOf(name: SchemaName): Promise<object> {
  switch (name) {
    case 'snapshot':
      return (await import('../../wire/snapshot-schema.ts')).snapshotJsonSchema()
    case 'notice':
      return (await import('../../wire/notice-schema.ts')).noticeJsonSchema()
    case 'event':
      return (await import('../../wire/event-schema.ts')).eventJsonSchema()
  }
}
