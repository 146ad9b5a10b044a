import { LINES } from '../panes/paints.ts'
import { Pane } from './pane.tsx'

/** Takes the place of the keys while the filter is typed. The text is in the ui state; the one `useInput` of the app feeds it. */
export function FilterPrompt() {
  return <Pane paint={LINES.filter} fades="never" height={1} />
}
