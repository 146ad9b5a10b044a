import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { TEST_CERTIFICATE } from './test-certificate.ts'

export interface MailServerOptions {
  /** TLS from the start; `starttls`: offered after the greeting. */
  readonly security?: 'tls' | 'starttls' | 'none'
  /** Replies in place of the usual ones, by the first word of the command; `greeting` for the first line. Null: none. */
  readonly replies?: Readonly<Record<string, string | null>>
  /** Accepted by AUTH PLAIN. Null: AUTH is not offered. */
  readonly credentials?: { readonly user: string; readonly password: string } | null
}

/** A local mail server (RFC 5321) that records the session. */
export interface MailServer {
  readonly port: number
  /** Commands in order, without the content of mails. */
  readonly commands: readonly string[]
  readonly mails: readonly string[]
  /** Commands that arrived without encryption. */
  readonly plainCommands: readonly string[]
  close(): Promise<void>
}

export async function openMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { security = 'none', replies = {}, credentials = null } = options
  const commands: string[] = []
  const plainCommands: string[] = []
  const mails: string[] = []
  const open = new Set<Socket>()

  const secured = (socket: Socket) =>
    new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(TEST_CERTIFICATE) })

  function extensions(isSecure: boolean): string {
    const offered = ['mail.test']
    if (security === 'starttls' && !isSecure) offered.push('STARTTLS')
    if (credentials !== null) offered.push('AUTH PLAIN')
    return offered.map((line, i) => `250${i === offered.length - 1 ? ' ' : '-'}${line}`).join('\r\n')
  }

  function replyTo(command: string, isSecure: boolean): string {
    const [verb = ''] = command.toUpperCase().split(/[ :]/)
    if (verb === 'EHLO') return extensions(isSecure)
    if (verb === 'AUTH') {
      const plain = `\0${credentials?.user}\0${credentials?.password}`
      const isRight = command === `AUTH PLAIN ${Buffer.from(plain).toString('base64')}`
      return isRight ? '235 2.7.0 Accepted' : `535 5.7.8 Bad credentials: ${command}`
    }
    if (verb === 'STARTTLS') return '220 2.0.0 Ready'
    if (verb === 'DATA') return '354 End with .'
    return verb === 'QUIT' ? '221 2.0.0 Bye' : '250 2.1.0 OK'
  }

  function serve(socket: Socket, isSecure: boolean, greet: boolean): void {
    let text = ''
    let isData = false
    socket.on('error', () => {})
    const reply = (line: string | null) => line !== null && socket.write(`${line}\r\n`)
    const answer = (verb: string, usual: string) => reply(verb in replies ? (replies[verb] ?? null) : usual)
    if (greet) answer('greeting', '220 mail.test ESMTP')
    function onData(chunk: Buffer): void {
      text += chunk.toString('utf8')
      for (;;) {
        const end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n')
        if (end === -1) return
        const part = text.slice(0, end)
        text = text.slice(end + (isData ? 5 : 2))
        if (isData) {
          isData = false
          mails.push(part)
          answer('content', '250 2.0.0 Queued')
          continue
        }
        commands.push(part)
        if (!isSecure) plainCommands.push(part)
        const [verb = ''] = part.toUpperCase().split(/[ :]/)
        isData = verb === 'DATA' && !('DATA' in replies)
        answer(verb, replyTo(part, isSecure))
        if (verb === 'STARTTLS') {
          socket.removeListener('data', onData)
          serve(secured(socket), true, false)
        }
      }
    }
    socket.on('data', onData)
  }

  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => {})
    if (security === 'tls') serve(secured(socket), true, true)
    else serve(socket, false, true)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    plainCommands,
    mails,
    close() {
      for (const socket of open) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
