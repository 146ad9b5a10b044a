/** A row as returned by a driver. PostgreSQL's driver returns BIGINT as text, so every number goes through `Number`. */
export type Row = Readonly<Record<string, unknown>>

/** A value that can be bound to a placeholder. */
export type Value = string | number | null

/** Replaces numbered placeholders, each of which occurs once and in order, by those of SQLite. */
export function withQuestionMarks(text: string): string {
  return text.replace(/\$\d+/g, '?')
}
