/** How the dashboard writes numbers: `en` 1,234.56, `pt` 1.234,56. */
export const NUMBER_FORMATS = ['en', 'pt'] as const

export type NumberFormat = (typeof NUMBER_FORMATS)[number]

/** The languages of the dashboard. */
export const LANGUAGES = ['en', 'pt-BR'] as const

export type LanguageName = (typeof LANGUAGES)[number]
