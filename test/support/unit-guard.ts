import childProcess, { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { Server, Socket } from 'node:net'

function refuse(what: string): () => never {
  return () => {
    throw new Error(`a unit test must not ${what}; list the file as integration in vitest.config.ts`)
  }
}

// Set up before each file of the unit project. It stays in place: the tests of a worker share these modules.
Object.assign(ChildProcess.prototype, { spawn: refuse('start a process') })
Object.assign(childProcess, {
  spawnSync: refuse('start a process'),
  execFileSync: refuse('start a process'),
  execSync: refuse('start a process'),
})
syncBuiltinESMExports()
Server.prototype.listen = refuse('open a port')
Socket.prototype.connect = refuse('open a connection')
