import type { CommandContext } from '../command-context.ts'
import type { SecretContext } from '../secrets/secret-stores.ts'

/** The parts of the world that verify and store a secret. */
export type LoginContext = SecretContext & Pick<CommandContext, 'clock' | 'openNet'>
