import type { ProxyFact } from '../facts/proxy.js'
import type { Facts } from '../facts.js'
import type { Fix, Found, Rule } from '../finding.js'
import { at } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const nginx = (keepalive: string) => `upstream app {
  server 127.0.0.1:3000;
  ${keepalive}
}
server {
  listen 80;
  location / {
    proxy_pass http://app;
  }
}
`
const session = 'app.use(session(app))'

const rule: Rule = {
  id: 'PRX03',
  slug: 'keepalive-below-proxy',
  step: 'processes',
  standards: [],
  text: {
    summary: 'The proxy keeps connections to the app longer than the app does.',
    why: 'Node closes an idle connection after 5 seconds. A proxy that uses it in that moment gets a reset and answers 502: now and then, under load, and at each reload.',
    remedy: '`server.keepAliveTimeout` a little longer than the time of the proxy: `65_000` for 60 seconds.',
    exceptions: 'Silent where the proxy opens a connection for each request, and where the app sets its own time.',
  },
  find: (facts) => {
    const proxy = facts.proxies.find(({ keepAliveSeconds }) => (keepAliveSeconds ?? 0) > 5)
    const { listen, keepAliveTimeout } = facts.lifecycle
    return proxy && listen && !keepAliveTimeout ? [found(facts, proxy)] : []
  },
  samples: {
    bad: [{ name: 'nginx keeps 16 connections', files: { ...koaApp(session), 'nginx.conf': nginx('keepalive 16;') } }],
    good: [
      { name: 'a connection for each request', files: { ...koaApp(session), 'nginx.conf': nginx('') } },
      {
        name: 'closed by nginx first',
        files: { ...koaApp(session), 'nginx.conf': nginx('keepalive 16; keepalive_timeout 4s;') },
      },
    ],
  },
}

export default rule

function found({ lifecycle }: Facts, proxy: ProxyFact): Found {
  const seconds = proxy.keepAliveSeconds ?? 60
  const milliseconds = (seconds + 5) * 1000
  const { listen } = lifecycle
  const name = listen?.serverName
  return {
    severity: 'warning',
    confidence: 'medium',
    title: `${proxy.kind} keeps connections for ${seconds} s, the app for 5 s`,
    why: `Node closes an idle connection after 5 s. When ${proxy.kind} (${at(proxy.place)}) uses it in that moment, the user sees 502.`,
    do: `Set ${name ?? 'server'}.keepAliveTimeout = ${milliseconds}${name ? '' : ', where server is what app.listen() gives'}.`,
    at: [{ place: listen?.place ?? proxy.place }, { place: proxy.place, note: `keeps connections for ${seconds} s` }],
    fix: fixOf(listen, milliseconds),
  }
}

function fixOf(listen: Facts['lifecycle']['listen'], milliseconds: number): Fix {
  if (!listen?.serverName || !/^[\w$.]+$/.test(listen.serverName)) return manual
  const { place, statementEnd, serverName } = listen
  const text = `\n${serverName}.keepAliveTimeout = ${milliseconds};`
  return { grade: 'review', edits: [{ file: place.file, start: statementEnd, end: statementEnd, text }] }
}
