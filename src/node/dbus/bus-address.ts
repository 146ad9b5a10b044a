import { existsSync } from 'node:fs'
import { xdgPath } from '../../domain/xdg.ts'
import type { Env } from '../../ports/env.ts'

/** Socket path for `net.connect`; an abstract socket starts with a NUL character. */
export type SocketPath = string

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = text.split(',').flatMap(field => {
    const cut = field.indexOf('=')
    return cut === -1 ? [] : [[field.slice(0, cut), unescapeValue(field.slice(cut + 1))] as const]
  })
  return new Map(fields)
}

function unescapeValue(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Returns the Unix sockets of a D-Bus address in order. Other transports (TCP, exec) are ignored. */
export function socketsOf(address: string): readonly SocketPath[] {
  return address.split(';').flatMap(each => {
    if (!each.startsWith('unix:')) return []
    const fields = fieldsOf(each.slice('unix:'.length))
    const path = fields.get('path')
    const abstract = fields.get('abstract')
    if (path !== undefined) return [path]
    return abstract === undefined ? [] : [`\0${abstract}`]
  })
}

/** Returns the address of the session bus from the environment, or systemd's default socket; null if neither exists. */
export function sessionAddress(env: Env): string | null {
  const { DBUS_SESSION_BUS_ADDRESS: address } = env
  if (address !== undefined && address !== '') return address
  const defaultPath = xdgPath(env, 'runtime', 'bus')
  return defaultPath !== null && existsSync(defaultPath) ? `unix:path=${defaultPath}` : null
}
