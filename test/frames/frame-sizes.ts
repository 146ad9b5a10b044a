/** The sizes of the terminals that the layout is made for. */
export const SIZES = [
  [56, 20],
  [79, 24],
  [80, 24],
  [120, 40],
  [160, 50],
  [200, 60],
  [300, 80],
] as const

/** One size of each kind of layout, and half of a split window. */
export const LAYOUT_SIZES = [
  [56, 20],
  [79, 24],
  [80, 24],
  [120, 40],
  [200, 60],
] as const
