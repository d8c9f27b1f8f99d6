/** A page that asks an API of another site. */
export const page = (api) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>API with CORS – koa-shared-session</title>
<style>
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }
  button { font: inherit; padding: .3rem .8rem }
</style>
<h1>A page here, an API elsewhere</h1>
<p>
  <button id="login">Log in</button> <button id="me">Who am I?</button> <button id="logout">Log out</button>
</p>
<ol id="log"></ol>
<script type="module">
  const ask = async (path, method) => {
    // Without "include", a request to another site carries no cookie, and takes none.
    const response = await fetch('${api}' + path, { method, credentials: 'include' })
    const { user, worker } = await response.json()
    log.append(Object.assign(document.createElement('li'), { textContent: (user ?? 'nobody') + ', by worker ' + worker }))
  }
  login.onclick = () => ask('/login', 'POST')
  me.onclick = () => ask('/me', 'GET')
  logout.onclick = () => ask('/logout', 'POST')
</script>
</html>
`
