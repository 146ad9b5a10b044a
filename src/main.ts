declare const AXISOR_VERSION: string

if (process.argv[2] === '--version') process.stdout.write(`${AXISOR_VERSION}\n`)
