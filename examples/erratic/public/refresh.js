const refreshes = 40
const reasons = {
  'in-memory': 'The session is in the memory of the worker that logged you in. The others never heard of you.',
  shared: 'Every worker reads the same session, so it does not matter who answers.',
}

const form = document.querySelector('#controls')
const button = document.querySelector('#run')
const lanes = document.querySelector('#lanes')
const score = document.querySelector('#score')
const reason = document.querySelector('#reason')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  try {
    await run(new FormData(form).get('sessions'))
  } catch (error) {
    score.textContent = `No answer: ${error.message}`
  } finally {
    button.disabled = false
  }
})

async function run(sessions) {
  lanes.replaceChildren()
  reason.textContent = reasons[sessions]
  await ask(`/${sessions}/login`, { method: 'POST' })
  let known = 0
  for (let count = 1; count <= refreshes; count += 1) {
    const { user, worker } = await ask(`/${sessions}/who`)
    if (user !== null) known += 1
    paint(worker, user)
    score.textContent = `${known} of ${count} refreshes knew you`
  }
}

async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, cache: 'no-store' })
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}

function paint(worker, user) {
  const square = document.createElement('li')
  square.classList.toggle('known', user !== null)
  square.textContent = user === null ? '?' : '✓'
  square.title = user === null ? `worker ${worker}: who are you?` : `worker ${worker}: hello, ${user}`
  laneOf(worker).append(square)
}

function laneOf(worker) {
  const found = lanes.querySelector(`[data-worker="${worker}"] ol`)
  if (found) return found
  const lane = document.createElement('div')
  lane.className = 'lane'
  lane.dataset.worker = worker
  const name = document.createElement('h2')
  name.textContent = `worker ${worker}`
  const answers = document.createElement('ol')
  lane.append(name, answers)
  const next = [...lanes.children].find((other) => Number(other.dataset.worker) > worker)
  lanes.insertBefore(lane, next ?? null)
  return answers
}
