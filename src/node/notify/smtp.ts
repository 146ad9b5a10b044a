import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { isUrgent } from '../../domain/alerts/alert.ts'
import type { ChannelSettings } from '../../domain/alerts/channel.ts'
import { AxisorError } from '../../domain/error.ts'
import type { NoticeMessage, SendResult } from '../../ports/notifier.ts'
import { codeOf, networkError } from '../net/network-error.ts'
import { VERIFIED_TLS } from '../net/verified-tls.ts'
import { proxyOf, secureReach } from './connection-target.ts'
import { redactionOf } from './secret-parts.ts'
import type { SocketAttempt } from './send-attempt.ts'
import { DELIVERED, failed, retry, SendError } from './send-result.ts'

type SmtpSettings = Extract<ChannelSettings, { type: 'smtp' }>

/** Limits of one phase; the time-out of the attempt may end it sooner. */
const TIMEOUTS = { connectionTimeout: 30_000, greetingTimeout: 15_000, socketTimeout: 30_000 } as const

/** Connects here and not in the library, so that the guard checks the resolved address. */
async function openSocket(settings: SmtpSettings, attempt: SocketAttempt): Promise<Socket> {
  const { host, port, security } = settings
  const { guard, allowPrivateAddresses, signal } = attempt
  if (security === 'none' && !allowPrivateAddresses) {
    throw new SendError(failed('e-mail is only sent over TLS'))
  }
  const reach = security === 'none' ? 'loopback' : secureReach(attempt)
  guard.check(host, port, reach)
  const target = { scheme: 'other', host, port } as const
  const proxy = proxyOf(attempt, target, security !== 'none')
  if (proxy !== null) return (await import('../net/proxy/tunnel.ts')).openPlainTunnel(proxy, target, signal)
  const socket = connect({ host, port, lookup: guard.lookup(reach), signal })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    // Stays in place: an error after the library has closed the connection would end the program.
    socket.on('error', reject)
  })
  return socket
}

/** Returns a Message-ID: the same for each attempt, so that mail programs can drop a repeat. */
function messageId(id: string, from: string): string {
  const [, domain = 'axisor.invalid'] = /@([a-z0-9.-]+)>?\s*$/i.exec(from) ?? []
  return `<${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${domain}>`
}

function mailOf({ from, to }: SmtpSettings, message: NoticeMessage): object {
  const { id, alertId, title, text, level, at } = message
  return {
    from,
    to,
    subject: title,
    text: text === '' ? title : text,
    date: new Date(at),
    messageId: messageId(id, from),
    // Mail programs show all notices of one alert together.
    references: messageId(alertId, from),
    priority: isUrgent(level) ? 'high' : 'normal',
    headers: { 'auto-submitted': 'auto-generated' },
  }
}

/** An error of nodemailer: `response` is the last reply of the server, `originalCode` the code of Node's error. */
interface MailError {
  readonly message?: string
  readonly code?: string
  readonly originalCode?: string
  readonly response?: string
  readonly responseCode?: number
}

/** Maps an error: replies 4xx pass (RFC 5321, 4.2.1), replies 5xx and rejected credentials do not. */
function resultOfError(error: unknown, host: string): SendResult {
  const { message = '', code, originalCode, response, responseCode = 0 }: MailError = Object(error)
  if (response !== undefined && responseCode >= 400) {
    const why = `${host} replied ${response}`
    return responseCode >= 500 ? failed(why) : retry(why)
  }
  if (code === 'EAUTH' || code === 'EENVELOPE') return failed(message)
  if (error instanceof AxisorError) return retry(message)
  const networkCode = originalCode ?? codeOf(error)
  const isNetworkError = originalCode !== undefined || !Reflect.has(Object(error), 'command')
  return retry(
    isNetworkError
      ? networkError({ code: networkCode }, host).message
      : `no mail through ${host}: ${message}`,
  )
}

/** Sends an e-mail. A new connection for each message: notices are rare. */
export async function sendMail(settings: SmtpSettings, attempt: SocketAttempt): Promise<SendResult> {
  const { host, port, security, user } = settings
  const { message, secret, signal } = attempt
  let socket: Socket | null = null
  try {
    socket = await openSocket(settings, attempt)
    const transport = createTransport({
      ...TIMEOUTS,
      host,
      port,
      connection: socket,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      tls: VERIFIED_TLS,
      ...(user === null ? {} : { auth: { user, pass: secret }, forceAuth: true }),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    await transport.sendMail(mailOf(settings, message))
    return DELIVERED
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof SendError) throw error
    const result = resultOfError(error, host)
    if (result.kind === 'delivered') return result
    // What AUTH PLAIN sends, in case the server quotes it.
    return { ...result, why: redactionOf(`\0${user}\0${secret}`)(result.why) }
  } finally {
    socket?.destroy()
  }
}
