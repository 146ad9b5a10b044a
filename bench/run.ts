// `npm run bench`: prints every result beside its target. Never fails because of a figure: those depend on the machine.
import { alertFaults } from './alert-faults.ts'
import { alertLatency } from './alert-latency.ts'
import { alertRules } from './alert-rules.ts'
import { firstFrame } from './first-frame.ts'
import { frames } from './frames.ts'
import { historyView } from './history-view.ts'
import { latency } from './latency.ts'
import { ledgerBench } from './ledger.ts'
import { type Result, resultLine } from './result.ts'
import { startup } from './startup.ts'
import { storedKey } from './stored-key.ts'

function print(title: string, results: readonly Result[]): void {
  console.log(`\n${title}`)
  for (const result of results) console.log(`  ${resultLine(result)}`)
}

print('Start-up of whole processes, CPU time, medians', await startup())
print('Start-up of the dashboard, wall time, medians', await firstFrame())
print('A snapshot of an exchange far away, wall time, medians', await latency())
print('A key that is kept, against one in the environment, medians', await storedKey())
print('The dashboard', await frames())
print('Alerts', [...(await alertRules()), ...(await alertLatency()), ...(await alertFaults())])
print('A ledger of 100,000 trades', [...(await ledgerBench()), ...(await historyView())])
