/** What tells one program's SQLite files from another's, and what messages about them advise. */
export interface DatabaseKind {
  /** Four ASCII characters in the file header. */
  readonly applicationId: number
  /** Name of the table of applied migrations. */
  readonly schemaTable: string
  /** How to choose another file. */
  readonly otherPathHint: string
  readonly damagedHint: string
  readonly notWritableHint: string
  /** How to create a missing one, or to name another. */
  readonly missingHint: string
  /** How to end the use of one by other processes. */
  readonly inUseHint: string
  /** How to migrate an older one. */
  readonly olderHint: string
}
