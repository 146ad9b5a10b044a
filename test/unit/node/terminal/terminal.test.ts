import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Streams } from '../../../../src/node/terminal/streams.ts'
import { openTerminal } from '../../../../src/node/terminal/terminal.ts'

/** Streams of which stdout and stderr fail with a code, or take what they get. */
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
  test('resolves when the whole text is written', async () => {
    const given = streams(null)
    expect(await openTerminal(given).print('whole\n')).toBe(true)
    expect(given.written).toEqual(['whole\n'])
  })

  test.each(['EPIPE', 'EBADF', 'EIO'])('a reader that has gone (%s) is no error', async code => {
    const terminal = openTerminal(streams(code))
    expect(await terminal.print('x')).toBe(false)
    expect(await terminal.print('y')).toBe(false)
  })

  test('a full disk is not taken for a reader that has gone', async () => {
    await expect(openTerminal(streams('ENOSPC')).print('x')).rejects.toMatchObject({
      code: 'config',
      message: 'cannot write the output (ENOSPC)',
    })
  })
})

test('a message that nobody can read is dropped', async () => {
  await expect(openTerminal(streams('EPIPE')).printError('x')).resolves.toBeUndefined()
  await expect(openTerminal(streams('ENOSPC')).printError('x')).resolves.toBeUndefined()
})
