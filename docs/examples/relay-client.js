// A whole client of an axisor relay, without packages (Node 22 or newer): AXISOR_RELAY_TOKEN=axr_… node relay-client.js ws://127.0.0.1:8377
const url = `${process.argv[2] ?? 'ws://127.0.0.1:8377'}/v1/stream`
const ends = { 4401: 'the token does not count', 4403: 'the token may not read', 4500: 'the exchange key was refused' }
const retryMs = 1000

function connect() {
  const socket = new WebSocket(url, ['axisor.v1', `bearer.${process.env.AXISOR_RELAY_TOKEN}`])
  const say = message => socket.send(JSON.stringify(message))
  let snapshot, head, silence, offsetMs = null // the relay's clock minus ours
  const waiting = [] // what came before that was known
  function tell(message) {
    if (message.type === 'upstream') return console.log(`relay → ${message.upstream.hop.kind}: ${message.upstream.hop.link}`)
    const step = message.type === 'heartbeat' ? 0 : 1
    if (message.kind === 'snapshot') snapshot = message.snapshot
    else if (message.epoch === head?.epoch && message.seq === head.seq + step) {
      const { parts = {}, ...times } = message.refresh ?? {}
      snapshot = { ...snapshot, ...times, ...parts }
    } else { // something was lost: ask once, ignore the rest until it comes
      if (head) say({ type: 'refresh_data' })
      return (head = null)
    }
    head = { epoch: message.epoch, seq: message.seq }
    for (const { at, change } of message.changes ?? [])
      if (change.kind === 'last-price') console.log(`price ${change.lastPriceUsd}, ${Date.now() - (at - offsetMs)} ms old`)
    if (message.snapshot || message.refresh) console.log(`positions ${snapshot.isolated?.value.length}, read ${Date.now() - (snapshot.endedAt - offsetMs)} ms ago`)
  }
  socket.onopen = () => say({ type: 'ping', t: Date.now() })
  socket.onmessage = ({ data }) => {
    clearTimeout(silence)
    silence = setTimeout(() => socket.close(), 20_000) // two heartbeats
    const message = JSON.parse(data)
    if (message.type === 'pong') offsetMs ??= Math.round(Date.parse(message.timestamp) - (message.t + Date.now()) / 2)
    else if (!['connection', 'error'].includes(message.type)) waiting.push(message)
    if (offsetMs !== null) for (const each of waiting.splice(0)) tell(each)
  }
  socket.onclose = ({ code, reason }) => {
    clearTimeout(silence)
    if (ends[code]) return console.error(ends[code]) // nothing that trying again would mend
    setTimeout(connect, code === 1012 && reason.startsWith('{') ? JSON.parse(reason).retryAfterMs : retryMs)
  }
}
connect()
