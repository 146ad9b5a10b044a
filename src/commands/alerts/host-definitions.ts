import { type CommandDefinition, defineCommand } from '../definition.ts'
import {
  ACK_ARGUMENTS,
  ACK_OPTIONS,
  ALERT_LIST_OPTIONS,
  LOG_OPTIONS,
  RUN_OPTIONS,
  SNOOZE_ARGUMENTS,
  SNOOZE_OPTIONS,
} from './options.ts'

const SHARED =
  'It works through the outbox on this machine that all hosts of the account share: give it the --profile, --relay and --user of the host. A running host applies it within a second.'

const RUN = defineCommand({
  name: 'alerts run',
  summary: 'watch without a screen and deliver alerts, for a service or tmux',
  details: [
    'Prints one line per event. Of several hosts of one profile, one delivers and another takes over within 10 s of its end.',
    'Under systemd it reports readiness and serves the watchdog while data is fresh (Type=notify, NotifyAccess=all).',
    'With --status-port, /healthz answers 503 while prices or positions are stale or rules are not evaluated.',
  ],
  options: RUN_OPTIONS,
  examples: [
    { command: 'axisor alerts run', what: 'for the current profile' },
    { command: 'axisor alerts run --status-port 9464', what: 'with health and metrics on 127.0.0.1' },
  ],
  load: async () => (await import('./run.ts')).runAlerts,
})

const LIST = defineCommand({
  name: 'alerts list',
  summary: 'print the alerts that fire and those of the last hour',
  details: ['Prints what delivers them, and how far the delivery went.'],
  options: ALERT_LIST_OPTIONS,
  examples: [
    { command: "axisor alerts list --json | jq -r '.alerts[].id'", what: 'ids for axisor alerts ack' },
  ],
  load: async () => (await import('./list.ts')).listAlerts,
})

const ACK = defineCommand({
  name: 'alerts ack',
  summary: 'acknowledge an alert, or all',
  details: [
    'An acknowledged alert is not repeated until it gets worse. The acknowledgement ends with the alert. A liquidation ends by it.',
    SHARED,
  ],
  args: ACK_ARGUMENTS,
  options: ACK_OPTIONS,
  examples: [{ command: 'axisor alerts ack all', what: 'all that fire' }],
  load: async () => (await import('./ack.ts')).acknowledgeAlerts,
})

const SNOOZE = defineCommand({
  name: 'alerts snooze',
  summary: 'mute the notices of a rule, or of all rules, for a time',
  details: ['Alerts are still shown. A liquidation is never muted.', SHARED],
  args: SNOOZE_ARGUMENTS,
  options: SNOOZE_OPTIONS,
  examples: [
    { command: 'axisor alerts snooze 1h', what: 'all rules' },
    { command: 'axisor alerts snooze 0s', what: 'end it' },
  ],
  load: async () => (await import('./ack.ts')).snoozeAlerts,
})

const LOG = defineCommand({
  name: 'alerts log',
  summary: 'print the attempts to deliver notices, newest first',
  details: ["Failures are in the service's own words."],
  options: LOG_OPTIONS,
  examples: [{ command: 'axisor alerts log --limit 20', what: 'the last 20 attempts' }],
  load: async () => (await import('./log.ts')).alertLog,
})

/** The commands of hosts and of their shared outbox, in the order of the help. */
export const ALERT_HOST_COMMANDS: readonly CommandDefinition[] = [RUN, LIST, ACK, SNOOZE, LOG]
