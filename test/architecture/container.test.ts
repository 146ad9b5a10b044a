import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'

const containerfile = readFileSync('docs/deploy/Containerfile', 'utf8')
const compose = readFileSync('docs/deploy/compose.yml', 'utf8')
const document = readFileSync('docs/deploy.md', 'utf8')

/** The lines of a file that match, with the groups of each. */
function linesOf(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, group = '']) => group)
}

describe('the files of the container', () => {
  test('build on one base, which is an argument', () => {
    expect(linesOf(containerfile, /^ARG BASE=(.+)$/gm)).toEqual(['docker.io/library/node:26-slim'])
    const stages = linesOf(containerfile, /^FROM (.+)$/gm)
    expect(stages).toHaveLength(2)
    for (const stage of stages) expect(stage).toMatch(/^\$\{BASE\}/)
  })

  test('let exactly the paths into the build that it copies', () => {
    const copied = linesOf(containerfile, /^COPY (?!--from)(.+) \S+$/gm).flatMap(paths => paths.split(' '))
    const ignore = readFileSync('.containerignore', 'utf8').split('\n')
    const rules = ignore.filter(line => line !== '' && !line.startsWith('#'))
    expect(rules[0]).toBe('*')
    expect(rules.slice(1).toSorted()).toEqual(copied.map(path => `!${path}`).toSorted())
  })

  test('check the health with the same command and times in image, compose file and document', () => {
    const [, times = '', command = ''] = /^HEALTHCHECK (.+) CMD (.+)$/m.exec(containerfile) ?? []
    expect(compose).toContain(`test: ${command.replace('[', '["CMD", ')}`)
    const argv: readonly string[] = JSON.parse(command)
    expect(document).toContain(`--health-cmd '${argv.join(' ')}'`)
    const pairs = [...times.matchAll(/--([a-z-]+)=(\w+)/g)]
    expect(pairs).toHaveLength(4)
    for (const [, name = '', value = ''] of pairs)
      expect(compose).toContain(`${name.replace('-', '_')}: ${value}`)
  })

  test('mount the secret where the image expects it, for the user of the image', () => {
    const [secret = ''] = linesOf(containerfile, /MASTER_KEY_FILE=\/run\/secrets\/(\S+)/g)
    const [user = ''] = linesOf(containerfile, /^USER (\d+):/gm)
    expect(compose).toContain(`- source: ${secret}\n        uid: "${user}"\n        mode: "0400"`)
    expect(document.split(`--secret ${secret},uid=${user},mode=0400`)).toHaveLength(3)
    expect(compose).toContain('tmpfs:\n      - /run/secrets')
  })

  test('give the relay beside ntfy the right to send to private addresses', () => {
    expect(compose).toContain('AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS: "1"')
    expect(compose).toMatch(/^ {2}ntfy\.internal:$/m)
  })
})

describe('the health check of the container', () => {
  const closing: (() => Promise<unknown>)[] = []

  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  /** Runs the check against a port. Returns its exit code. */
  async function exitCode(port: number): Promise<number> {
    const env = { PATH: process.env.PATH, AXISOR_RELAY_PORT: String(port) }
    const child = spawn(process.execPath, [resolve('docs/deploy/health.js')], { env, stdio: 'ignore' })
    const [code] = await once(child, 'exit')
    return code
  }

  test.each([
    [200, 0],
    [503, 1],
  ])('ends for the status %i with %i', async (status, code) => {
    const paths: (string | undefined)[] = []
    const server = createServer(({ url }, reply) => {
      paths.push(url)
      reply.writeHead(status).end()
    }).listen(0, '127.0.0.1')
    closing.push(() => new Promise(done => server.close(done)))
    await once(server, 'listening')
    expect(await exitCode((server.address() as AddressInfo).port)).toBe(code)
    expect(paths).toEqual(['/healthz'])
  })

  test('fails after 2 s where the server does not answer', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const ended = exitCode((server.address() as AddressInfo).port)
    const [socket] = await once(server, 'connection')
    closing.push(async () => {
      socket.destroy()
      server.close()
    })
    expect(await ended).toBe(1)
  })

  test('fails where no server listens', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise(done => server.close(done))
    expect(await exitCode(port)).toBe(1)
  })
})
