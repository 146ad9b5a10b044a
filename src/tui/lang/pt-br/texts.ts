import { ACCOUNT_TEXTS } from './account.ts'
import { KEY_TEXTS } from './keys.ts'
import { POSITION_TEXTS } from './positions.ts'
import { STATE_TEXTS } from './state.ts'

/** All texts of the dashboard in Brazilian Portuguese. */
export const TEXTS = Object.freeze({ ...STATE_TEXTS, ...POSITION_TEXTS, ...ACCOUNT_TEXTS, ...KEY_TEXTS })
