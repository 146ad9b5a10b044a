import type { CommandDefinition } from '../definition.ts'
import { ALERT_HOST_COMMANDS } from './host-definitions.ts'
import { ALERT_SETUP_COMMANDS } from './setup-definitions.ts'

/** The commands about alerts, in the order of the help. */
export const ALERT_COMMANDS: readonly CommandDefinition[] = [...ALERT_HOST_COMMANDS, ...ALERT_SETUP_COMMANDS]
