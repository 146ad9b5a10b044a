import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Streams } from '../../../../src/node/terminal/streams.ts'
import { openTerminal } from '../../../../src/node/terminal/terminal.ts'

/** Streams whose stdout and stderr fail with a code, or accept every write. */
function streams(code: string | null): Streams & { readonly written: string[] } {
  const written: string[] = []
  const open = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (code !== null) return done(Object.assign(new Error(code), { code }))
        written.push(chunk.toString('utf8'))
        done()
      },
    })
  return {
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: open() as unknown as NodeJS.WriteStream,
    stderr: open() as unknown as NodeJS.WriteStream,
    written,
  }
}

describe('print', () => {
  test('resolves once the whole text is written', async () => {
    const given = streams(null)
    expect(await openTerminal(given).print('whole\n')).toBe(true)
    expect(given.written).toEqual(['whole\n'])
  })

  test.each(['EPIPE', 'EBADF', 'EIO'])(
    'resolves to false if the reader has closed stdout (%s)',
    async code => {
      const terminal = openTerminal(streams(code))
      expect(await terminal.print('x')).toBe(false)
      expect(await terminal.print('y')).toBe(false)
    },
  )

  test('rejects on a full disk', async () => {
    await expect(openTerminal(streams('ENOSPC')).print('x')).rejects.toMatchObject({
      code: 'config',
      message: 'cannot write the output (ENOSPC)',
    })
  })
})

describe('without a UTF-8 locale', () => {
  const ascii = { isUtf8: false, redact: (text: string) => text }

  test.each([
    ['text', '- P&L +5 = 1 x 2 > e?\n'],
    ['line', '- P&L +5 = 1 x 2 > e?\n'],
    ['json', '· P&L +5 ≈ 1 × 2 → é漢\n'],
    ['csv', '· P&L +5 ≈ 1 × 2 → é漢\n'],
  ] as const)('%s is written as %j', async (format, expected) => {
    const given = streams(null)
    const terminal = openTerminal(given, ascii)
    await terminal.print('· P&L +5 ≈ 1 × 2 → é漢\n', format)
    await terminal.printError('· P&L +5 ≈ 1 × 2 → é漢\n', format)
    expect(given.written).toEqual([expected, expected])
  })

  test('output without a format is data, a message without one is text', async () => {
    const given = streams(null)
    const terminal = openTerminal(given, ascii)
    await terminal.print('·')
    await terminal.printError('·')
    expect(given.written).toEqual(['·', '-'])
  })
})

test('printError drops the message if stderr is closed', async () => {
  await expect(openTerminal(streams('EPIPE')).printError('x')).resolves.toBeUndefined()
  await expect(openTerminal(streams('ENOSPC')).printError('x')).resolves.toBeUndefined()
})
