import type { DashboardInfo } from './render-context.ts'

/** The cursor of a line or field that is typed. In ASCII not the sign of a block: that stands for the level CRIT too. */
export function cursorSign({ unicode }: Pick<DashboardInfo, 'unicode'>): string {
  return unicode ? '█' : '_'
}

/** The name of the Enter key in titles. */
export function enterSign({ unicode }: Pick<DashboardInfo, 'unicode'>): string {
  return unicode ? '⏎' : 'Enter'
}
