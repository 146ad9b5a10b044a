import { Box, Text, useInput, useStdin } from 'ink'
import { memo, useSyncExternalStore } from 'react'
import { keyNames } from './key-name.ts'

/** The rows to be seen, as React reads them: a new array for each frame, equal rows being equal strings. */
export interface RowSource {
  rows(): readonly string[]
  subscribe(listener: () => void): () => void
}

/** A row is drawn again only when its text has changed. */
const Row = memo(function Row({ text }: { readonly text: string }) {
  // An empty text would have no height.
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
})

/** The whole screen, one text per row; keys go out by name. */
export function Rows({
  source,
  onKey,
}: {
  readonly source: RowSource
  readonly onKey: (key: string) => void
}) {
  const rows = useSyncExternalStore(source.subscribe, source.rows)
  const { isRawModeSupported } = useStdin()
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) onKey(name)
    },
    { isActive: isRawModeSupported },
  )
  return (
    <Box flexDirection="column">
      {rows.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={index} text={text} />
      ))}
    </Box>
  )
}
