// Loaded before the program with --import: writes each look-up and each connection of the process to the file in CONNECTION_LOG.

import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const log = line => appendFileSync(process.env.CONNECTION_LOG, `${line}\n`)

function watch(holder, what) {
  for (const name of Object.keys(holder)) {
    if (!/^(lookup|resolve|reverse)/.test(name) || typeof holder[name] !== 'function') continue
    const original = holder[name]
    holder[name] = function (...args) {
      log(`${what} ${args[0]}`)
      return Reflect.apply(original, this, args)
    }
  }
}

watch(dns, 'look-up')
watch(dns.promises, 'look-up')
const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  const [first] = args.flat()
  log(
    `connection ${typeof first === 'object' ? (first.path ?? `${first.host}:${first.port}`) : args.join(':')}`,
  )
  return Reflect.apply(connect, this, args)
}
const { send } = dgram.Socket.prototype
dgram.Socket.prototype.send = function (...args) {
  log('datagram')
  return Reflect.apply(send, this, args)
}
syncBuiltinESMExports()
