import { execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'

test.each<[string, () => unknown]>([
  ['spawn', () => spawn('true')],
  ['fork', () => fork('nothing.js')],
  ['spawnSync', () => spawnSync('true')],
  ['execFileSync', () => execFileSync('true')],
  ['execSync', () => execSync('true')],
])('refuses to start a process in a unit test (%s)', (_, start) => {
  expect(start).toThrow('a unit test must not start a process')
})

test.each<[string, () => unknown]>([
  ['net', () => createServer().listen(0)],
  ['http', () => createHttpServer().listen(0)],
])('refuses to open a port in a unit test (%s)', (_, open) => {
  expect(open).toThrow('a unit test must not open a port')
})

test('refuses to open a connection in a unit test', () => {
  expect(() => connect(9, '127.0.0.1')).toThrow('a unit test must not open a connection')
})
