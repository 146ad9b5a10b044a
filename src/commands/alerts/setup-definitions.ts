import { type CommandDefinition, defineCommand } from '../definition.ts'
import {
  CHANNEL_ADD_ARGUMENTS,
  CHANNEL_ADD_OPTIONS,
  CHANNEL_ARGUMENT,
  CHANNEL_LIST_OPTIONS,
  CHANNEL_REMOVE_OPTIONS,
  HEARTBEAT_SET_OPTIONS,
  HEARTBEAT_SHOW_OPTIONS,
  RULES_CHECK_OPTIONS,
  TEST_ARGUMENT,
  TEST_OPTIONS,
} from './setup-options.ts'

const ALERTS_TEST = defineCommand({
  name: 'alerts test',
  summary: 'send one marked test to each channel and print each outcome',
  details: ['Exits 7 if a channel failed, with the words of its service, and 2 if there is no channel.'],
  args: TEST_ARGUMENT,
  options: TEST_OPTIONS,
  examples: [
    { command: 'axisor alerts test', what: 'all channels at once' },
    { command: 'axisor alerts test phone', what: 'one channel' },
  ],
  load: async () => (await import('./channel-test.ts')).testChannels,
})

const RULES_CHECK = defineCommand({
  name: 'alerts rules check',
  summary: 'check alerts.json and print the effective rules',
  details: [
    'The file is $XDG_CONFIG_HOME/axisor/alerts.json. Each mistake is one line with its place and what is allowed; then it exits 2.',
  ],
  options: RULES_CHECK_OPTIONS,
  examples: [{ command: 'axisor alerts rules check', what: 'after each change of the file' }],
  load: async () => (await import('./rules-check.ts')).checkRules,
})

const CHANNEL_ADD = defineCommand({
  name: 'alerts channel add',
  summary: 'add or replace a channel that alerts are sent to',
  details: [
    'Prompts for its secret without echo, sends a test, and stores the secret like a key: in the keychain or the vault of the profile. If the test fails, nothing is stored.',
    'If the key of the profile is in the environment, the secret is too: AXISOR_CHANNEL_<NAME>_SECRET, or the file named by AXISOR_CHANNEL_<NAME>_SECRET_FILE, or the systemd credential channel-NAME.',
    'A webhook is signed with an HMAC key. Without one, a new key is generated and printed once.',
  ],
  args: CHANNEL_ADD_ARGUMENTS,
  options: CHANNEL_ADD_OPTIONS,
  examples: [
    { command: 'axisor alerts channel add ntfy phone', what: 'prompts for the URL of the topic' },
    {
      command: 'axisor alerts channel add telegram --chat-id 123456789',
      what: 'prompts for the token of the bot',
    },
    {
      command:
        'axisor alerts channel add smtp mail --host mail.example.org --user me --from a@example.org --to b@example.org',
      what: 'e-mail',
    },
    { command: 'axisor alerts channel add webhook --secret-stdin <hook.txt', what: 'from a script' },
    { command: 'axisor alerts channel add command siren -- play --loud siren.wav', what: 'a program' },
  ],
  load: async () => (await import('./channel-add.ts')).addChannel,
})

const CHANNEL_LIST = defineCommand({
  name: 'alerts channel list',
  summary: 'list channels and where their secrets are',
  details: ['Never prompts and never prints a secret.'],
  options: CHANNEL_LIST_OPTIONS,
  examples: [
    { command: "axisor alerts channel list --json | jq '.channels[].name'", what: 'names of all channels' },
  ],
  load: async () => (await import('./channel-list.ts')).listChannels,
})

const CHANNEL_REMOVE = defineCommand({
  name: 'alerts channel remove',
  summary: 'remove a channel and its secret',
  args: CHANNEL_ARGUMENT,
  options: CHANNEL_REMOVE_OPTIONS,
  examples: [{ command: 'axisor alerts channel remove phone', what: 'a lost phone' }],
  load: async () => (await import('./channel-remove.ts')).removeChannel,
})

const HEARTBEAT_SET = defineCommand({
  name: 'alerts heartbeat set',
  summary: 'set the URL that is requested while axisor watches',
  details: [
    'A service such as healthchecks notices when the requests stop: the process, the network or the data is gone.',
    'Prompts for the URL without echo, requests it once and stores it like a key.',
  ],
  options: HEARTBEAT_SET_OPTIONS,
  examples: [{ command: 'axisor alerts heartbeat set', what: 'prompts for the URL' }],
  load: async () => (await import('./heartbeat.ts')).setHeartbeat,
})

const HEARTBEAT_SHOW = defineCommand({
  name: 'alerts heartbeat show',
  summary: 'show where the heartbeat URL is, and how often it is requested',
  details: ['Never prompts and never prints the URL.'],
  options: HEARTBEAT_SHOW_OPTIONS,
  examples: [{ command: 'axisor alerts heartbeat show', what: 'as a sentence' }],
  load: async () => (await import('./heartbeat.ts')).showHeartbeat,
})

const HEARTBEAT_REMOVE = defineCommand({
  name: 'alerts heartbeat remove',
  summary: 'remove the heartbeat URL',
  options: CHANNEL_REMOVE_OPTIONS,
  examples: [{ command: 'axisor alerts heartbeat remove', what: 'before axisor is stopped for long' }],
  load: async () => (await import('./heartbeat.ts')).removeHeartbeat,
})

/** The commands that configure and test rules, channels and heartbeat, in the order of the help. */
export const ALERT_SETUP_COMMANDS: readonly CommandDefinition[] = [
  ALERTS_TEST,
  RULES_CHECK,
  CHANNEL_ADD,
  CHANNEL_LIST,
  CHANNEL_REMOVE,
  HEARTBEAT_SET,
  HEARTBEAT_SHOW,
  HEARTBEAT_REMOVE,
]
