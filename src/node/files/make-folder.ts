import { mkdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../net/network-error.ts'

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/**
 * Creates a folder and those above it, for the user alone; an existing one stays as it is. Node's recursive `mkdir` never returns on a
 * file system without new folders, such as /proc.
 * @throws the error of Node
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder)
  } catch (error) {
    const parent = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || parent === folder) throw error
    await makeFolder(parent)
    await makeOne(folder)
  }
}

function makeOneSync(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/**
 * As `makeFolder`, synchronously.
 * @throws the error of Node
 */
export function makeFolderSync(folder: string): void {
  try {
    makeOneSync(folder)
  } catch (error) {
    const parent = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || parent === folder) throw error
    makeFolderSync(parent)
    makeOneSync(folder)
  }
}
