/** Incremented only if a field is removed, renamed or changes its meaning. */
export const SNAPSHOT_VERSION = 1
