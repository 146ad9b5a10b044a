import { expect, test } from 'vitest'
import { HostProblems } from '../../../../src/alerts/host/host-problems.ts'

test('offers a remedy that fits the problem, and none where the message names the place of a mistake', () => {
  const problems = new HostProblems()
  problems.setConfigured(['alerts.json:2:1: a closing brace } is missing'])
  problems.set('storage', { level: 'critical', message: 'the disk is full', remedy: 'Free some space' })
  expect(problems.list()).toMatchObject([
    { level: 'warn', message: 'alerts.json:2:1: a closing brace } is missing', remedy: null },
    { level: 'critical', message: 'the disk is full', remedy: 'Free some space' },
  ])
})
