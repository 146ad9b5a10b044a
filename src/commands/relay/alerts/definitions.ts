import { type CommandDefinition, defineCommand } from '../../definition.ts'
import { DATABASE_OPTION, LIST_OPTIONS, USER_ARGUMENT } from '../options.ts'
import {
  RULES_SET_OPTIONS,
  USER_ACK_ARGUMENTS,
  USER_CHANNEL_ARGUMENT,
  USER_CHANNEL_ARGUMENTS,
  USER_CHANNEL_OPTIONS,
  USER_HEARTBEAT_OPTIONS,
  USER_LOG_OPTIONS,
  USER_TEST_ARGUMENTS,
  USER_TEST_OPTIONS,
} from './options.ts'

const APPLIED =
  'A running relay applies it within a second. The channels that the user had before are notified of it.'

const SHOW = defineCommand({
  name: 'relay alerts show',
  summary: 'show the rules, channels and heartbeat of a user, without secrets',
  args: USER_ARGUMENT,
  options: LIST_OPTIONS,
  examples: [{ command: 'axisor relay alerts show alice', what: 'what the relay delivers for alice' }],
  load: async () => (await import('./settings.ts')).showAlertSettings,
})

const RULES_SET = defineCommand({
  name: 'relay alerts rules set',
  summary: 'set the rules of a user',
  details: [
    'The file holds one section of alerts.json: an object with rules, quiet and heartbeat. Quiet hours are in UTC. Each mistake is one line; then nothing is stored.',
    APPLIED,
  ],
  args: USER_ARGUMENT,
  options: RULES_SET_OPTIONS,
  examples: [
    { command: 'axisor relay alerts rules set alice --file rules.json', what: 'replaces all rules' },
    {
      command: 'axisor relay alerts rules set alice --file /dev/stdin < rules.json',
      what: 'the same, also through a user who may not read the file',
    },
    { command: 'axisor relay alerts rules set alice', what: 'the default rules again' },
  ],
  load: async () => (await import('./settings.ts')).setUserRules,
})

const CHANNEL_ADD = defineCommand({
  name: 'relay alerts channel add',
  summary: 'add or replace a channel of a user, through which the relay sends alerts',
  details: [
    'Prompts for its secret without echo, sends a test, and stores both encrypted with the master key. If the test fails, nothing is stored.',
    'A relay has no bell, osc, desktop or command channels. Private addresses need --allow-private-channels, here and for axisor relay serve.',
    APPLIED,
  ],
  args: USER_CHANNEL_ARGUMENTS,
  options: USER_CHANNEL_OPTIONS,
  examples: [
    {
      command: 'axisor relay alerts channel add alice ntfy phone',
      what: 'prompts for the URL of the topic',
    },
    {
      command: 'axisor relay alerts channel add alice telegram --chat-id 123456789 --secret-stdin <bot.txt',
      what: 'from a script',
    },
  ],
  load: async () => (await import('./channels.ts')).addUserChannel,
})

const CHANNEL_REMOVE = defineCommand({
  name: 'relay alerts channel remove',
  summary: 'remove a channel of a user',
  details: [APPLIED],
  args: USER_CHANNEL_ARGUMENT,
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay alerts channel remove alice phone', what: 'a lost phone' }],
  load: async () => (await import('./channels.ts')).removeUserChannel,
})

const HEARTBEAT_SET = defineCommand({
  name: 'relay alerts heartbeat set',
  summary: 'set the URL that the relay requests while it watches the account of a user',
  details: ['Prompts for the URL without echo and requests it once.', APPLIED],
  args: USER_ARGUMENT,
  options: USER_HEARTBEAT_OPTIONS,
  examples: [{ command: 'axisor relay alerts heartbeat set alice', what: 'prompts for the URL' }],
  load: async () => (await import('./channels.ts')).setUserHeartbeat,
})

const HEARTBEAT_REMOVE = defineCommand({
  name: 'relay alerts heartbeat remove',
  summary: 'remove the heartbeat URL of a user',
  args: USER_ARGUMENT,
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay alerts heartbeat remove alice', what: 'before a long stop' }],
  load: async () => (await import('./channels.ts')).removeUserHeartbeat,
})

const TEST = defineCommand({
  name: 'relay alerts test',
  summary: 'send one marked test to each channel of a user',
  details: ['Exits 7 if a channel failed, with the words of its service.'],
  args: USER_TEST_ARGUMENTS,
  options: USER_TEST_OPTIONS,
  examples: [{ command: 'axisor relay alerts test alice', what: 'all channels at once' }],
  load: async () => (await import('./channels.ts')).testUserChannels,
})

const LIST = defineCommand({
  name: 'relay alerts list',
  summary: 'print the alerts of a user that fire, and those of the last hour',
  args: USER_ARGUMENT,
  options: LIST_OPTIONS,
  examples: [{ command: 'axisor relay alerts list alice', what: 'with their deliveries' }],
  load: async () => (await import('./outbox.ts')).listUserAlerts,
})

const ACK = defineCommand({
  name: 'relay alerts ack',
  summary: 'acknowledge an alert of a user, or all',
  args: USER_ACK_ARGUMENTS,
  options: DATABASE_OPTION,
  examples: [{ command: 'axisor relay alerts ack alice all', what: 'all that fire' }],
  load: async () => (await import('./outbox.ts')).acknowledgeUserAlerts,
})

const LOG = defineCommand({
  name: 'relay alerts log',
  summary: 'print the attempts to deliver notices of a user, newest first',
  args: USER_ARGUMENT,
  options: USER_LOG_OPTIONS,
  examples: [{ command: 'axisor relay alerts log alice --limit 20', what: 'the last 20 attempts' }],
  load: async () => (await import('./outbox.ts')).userAlertLog,
})

/** Commands that manage the alerts of a relay's users. */
export const RELAY_ALERT_COMMANDS: readonly CommandDefinition[] = [
  SHOW,
  RULES_SET,
  CHANNEL_ADD,
  CHANNEL_REMOVE,
  HEARTBEAT_SET,
  HEARTBEAT_REMOVE,
  TEST,
  LIST,
  ACK,
  LOG,
]
