import { Box, Text, useInput, useStdin } from 'ink'
import { memo, useSyncExternalStore } from 'react'
import { keyNames } from '../input/key-name.ts'
import type { RowLabels } from './row-labels.ts'

/** A row is drawn again only when its label has changed, which it does with its text. */
const Row = memo(function Row({ label }: { readonly label: string }) {
  return <Text wrap="truncate">{label}</Text>
})

/** The whole screen, one text per row; keys go out by name. */
export function Rows({ rows, onKey }: { readonly rows: RowLabels; readonly onKey: (key: string) => void }) {
  const labels = useSyncExternalStore(rows.subscribe, rows.labels)
  const { isRawModeSupported } = useStdin()
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) onKey(name)
    },
    { isActive: isRawModeSupported },
  )
  return (
    <Box flexDirection="column">
      {labels.map((label, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={index} label={label} />
      ))}
    </Box>
  )
}
