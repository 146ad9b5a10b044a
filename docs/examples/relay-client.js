// A complete client of an axisor relay, without packages (Node 22 or newer): AXISOR_RELAY_TOKEN=axr_… node relay-client.js ws://127.0.0.1:8377
const url = `${process.argv[2] ?? 'ws://127.0.0.1:8377'}/v1/stream`
const permanent = { 4401: 'the token is not valid', 4403: 'the token does not read the account', 4404: 'the relay has no such user', 4500: 'the exchange rejected the key' }
const retryMs = 1000

function connect() {
  const socket = new WebSocket(url, ['axisor.v1', `bearer.${process.env.AXISOR_RELAY_TOKEN}`])
  const send = message => socket.send(JSON.stringify(message))
  let snapshot, position, silence, offsetMs = null // the relay's clock minus ours; null if not measured yet
  const pending = [] // messages received before the offset was measured
  function handle(message) {
    if (message.type === 'upstream') return console.log(`relay → ${message.upstream.hop.kind}: ${message.upstream.hop.link}`)
    const step = message.type === 'heartbeat' ? 0 : 1
    if (message.kind === 'snapshot') snapshot = message.snapshot
    else if (message.epoch === position?.epoch && message.seq === position.seq + step) {
      const { parts = {}, ...times } = message.refresh ?? {}
      snapshot = { ...snapshot, ...times, ...parts }
    } else { // a message was lost: request one snapshot and ignore deltas until it arrives
      if (position) send({ type: 'refresh_data' })
      return (position = null)
    }
    position = { epoch: message.epoch, seq: message.seq }
    for (const { at, change } of message.changes ?? [])
      if (change.kind === 'last-price') console.log(`price ${change.lastPriceUsd}, ${Date.now() - (at - offsetMs)} ms old`)
    if (message.snapshot || message.refresh) console.log(`positions ${snapshot.isolated?.value.length}, read ${Date.now() - (snapshot.endedAt - offsetMs)} ms ago`)
  }
  socket.onopen = () => send({ type: 'ping', t: Date.now() })
  socket.onmessage = ({ data }) => {
    clearTimeout(silence)
    silence = setTimeout(() => socket.close(), 20_000) // two heartbeats
    const message = JSON.parse(data)
    if (message.type === 'pong') offsetMs ??= Math.round(Date.parse(message.timestamp) - (message.t + Date.now()) / 2)
    else if (!['connection', 'error'].includes(message.type)) pending.push(message)
    if (offsetMs !== null) for (const each of pending.splice(0)) handle(each)
  }
  socket.onclose = ({ code, reason }) => {
    clearTimeout(silence)
    if (permanent[code]) return console.error(permanent[code]) // a retry would fail again
    setTimeout(connect, code === 1012 && reason.startsWith('{') ? JSON.parse(reason).retryAfterMs : retryMs)
  }
}
connect()
