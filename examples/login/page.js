const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => entities[character])

const style = `
  :root { color-scheme: light dark; --ink: #1d2733; --soft: #5d6b7a; --paper: #fff; --back: #eef1f4; --key: #1f6f5c; --line: #d5dbe1 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8edf2; --soft: #9aa8b6; --paper: #1b232c; --back: #12181f; --key: #4bb394; --line: #33404d }
  }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back);
    color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
  main { width: min(26rem, 100%); background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 2rem }
  h1 { font-size: 1.35rem; margin: 0 0 1rem; overflow-wrap: anywhere }
  form { display: flex; gap: .5rem; margin: 0 0 .75rem }
  input { flex: 1; min-width: 0 }
  input, button { font: inherit; padding: .5rem .8rem; border-radius: .4rem; border: 1px solid var(--line) }
  input { background: transparent; color: inherit }
  button { background: var(--key); border-color: var(--key); color: var(--paper); cursor: pointer }
  button.quiet { background: transparent; color: inherit; border-color: var(--line) }
  output { font-size: 2.5rem; font-variant-numeric: tabular-nums; display: block; margin: 0 0 1rem }
  footer { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem }
  label { display: block; margin-bottom: .4rem }
`

const loginForm = `
  <h1>Who are you?</h1>
  <form method="post" action="/login">
    <input name="name" aria-label="Name" placeholder="any name" maxlength="40" required autofocus autocomplete="off">
    <button>Log in</button>
  </form>`

const welcome = (user, clicks) => `
  <h1>Hello, <span id="user">${escaped(user)}</span></h1>
  <output id="clicks" aria-label="Clicks in this session">${Number(clicks)}</output>
  <form method="post" action="/count"><button autofocus>Count</button></form>
  <form method="post" action="/logout"><button class="quiet">Log out</button></form>`

/** The one page of the app, as HTML. */
export const page = ({ user, clicks, worker }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${user ? escaped(user) : 'Log in'} – koa-shared-session</title>
<style>${style}</style>
</head>
<body>
<main>${user ? welcome(user, clicks) : loginForm}
  <footer>Answered by <strong id="worker">${escaped(worker)}</strong>. Reload: another worker may answer, the session is the same.</footer>
</main>
</body>
</html>
`
