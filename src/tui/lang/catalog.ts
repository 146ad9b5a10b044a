import type { TEXTS } from './pt-br/texts.ts'

/** A text of the dashboard in English, as it stands in the code. Only texts that are translated. */
export type EnglishText = keyof typeof TEXTS

/** A translation. */
export interface Catalog {
  /** Texts that panes are made of. Placeholders keep their names. */
  readonly texts: Readonly<Record<EnglishText, string>>
  /** Sentences that are made outside the dashboard, recognized by their English. */
  readonly sentences: Readonly<Record<string, string>>
  /** Names of the palette's commands, or their first words. */
  readonly commands: Readonly<Record<string, string>>
}
