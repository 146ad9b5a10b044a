/** What is typed into the palette, and which of the matches is selected. */
export interface PaletteInput {
  readonly text: string
  /** The best match is 0. */
  readonly index: number
}

/** A palette that was just opened: it lists everything. */
export const EMPTY_PALETTE: PaletteInput = { text: '', index: 0 }
