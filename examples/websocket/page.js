/** Buttons for what one can do, and a list of what came back. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>WebSocket – koa-shared-session</title>
<style>
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }
  button { font: inherit; padding: .3rem .8rem }
</style>
<h1>A session in a WebSocket</h1>
<p>
  <button id="login">Log in</button> <button id="connect">Connect</button>
  <button id="speak">Say hello</button> <button id="logout">Log out</button>
</p>
<ol id="log"></ol>
<script type="module">
  const show = (text) => log.append(Object.assign(document.createElement('li'), { textContent: text }))
  const post = async (path) => show(await (await fetch(path, { method: 'POST' })).text())
  let socket
  login.onclick = () => post('/login')
  logout.onclick = () => post('/logout')
  connect.onclick = () => {
    socket = new WebSocket(location.href.replace('http', 'ws'))
    socket.onopen = () => show('connected')
    socket.onmessage = ({ data }) => show(data)
    socket.onclose = ({ code, reason }) => show('closed: ' + (reason || code))
  }
  speak.onclick = () => (socket?.readyState === 1 ? socket.send('hello') : show('not connected'))
</script>
</html>
`
