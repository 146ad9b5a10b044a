import type { Catalog } from '../catalog.ts'
import { ALERT_SENTENCES } from './alerts.ts'
import { COMMAND_NAMES } from './commands.ts'
import { PART_SENTENCES } from './parts.ts'
import { REASON_SENTENCES } from './reasons.ts'
import { TEXTS } from './texts.ts'

/** The dashboard in Brazilian Portuguese. */
export const PT_BR: Catalog = Object.freeze({
  texts: TEXTS,
  commands: COMMAND_NAMES,
  sentences: Object.freeze({ ...PART_SENTENCES, ...REASON_SENTENCES, ...ALERT_SENTENCES }),
})
