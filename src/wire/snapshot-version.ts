/** Changes only when a field is removed, renamed or changes meaning. */
export const SNAPSHOT_VERSION = 1
