// `npm run bench:legacy`: the four tests of the system that axisor replaces, with its figures beside those of this machine.
for (const test of ['performance-test', 'stress-test', 'reconnect-test', 'websocket-integration-test'])
  await import(`./${test}.ts`)
