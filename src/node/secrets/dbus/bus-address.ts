import { existsSync } from 'node:fs'
import { xdgPath } from '../../../domain/xdg.ts'
import type { Env } from '../../../ports/env.ts'

/** A socket as `net.connect` takes it; an abstract one starts with a NUL character. */
export type SocketPath = string

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = text.split(',').flatMap(field => {
    const cut = field.indexOf('=')
    return cut === -1 ? [] : [[field.slice(0, cut), unescaped(field.slice(cut + 1))] as const]
  })
  return new Map(fields)
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The sockets that an address of D-Bus names, in its order. Other ways of transport, over TCP or a program, are left out. */
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

/** The address of the session's bus: the variable, or where systemd has it; null when there is none. */
export function sessionAddress(env: Env): string | null {
  const { DBUS_SESSION_BUS_ADDRESS: address } = env
  if (address !== undefined && address !== '') return address
  const usual = xdgPath(env, 'runtime', 'bus')
  return usual !== null && existsSync(usual) ? `unix:path=${usual}` : null
}
