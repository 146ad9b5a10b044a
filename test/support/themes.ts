import type { Theme } from '../../src/tui/paint/theme.ts'

/** The dark theme with 16 colors. */
export const DARK: Theme = { name: 'dark', background: 'dark', colorDepth: 4, colors: {}, unicode: true }
