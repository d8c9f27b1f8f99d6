import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC05',
  slug: 'node-not-supported',
  step: 'processes',
  standards: [],
  text: {
    summary: 'This Node is older than the package supports.',
    why: 'Node `^20.19 || >=22.12` is tested. On older ones `require()` of the package fails, and what it needs of Node may be missing.',
    remedy: 'Use a Node that is supported.',
    exceptions: 'The Node that runs doctor is looked at; the app may be started by another one.',
  },
  find: ({ configuration: { node } }) =>
    isSupported(node)
      ? []
      : [
          {
            severity: 'error',
            title: `Node ${node} is not supported`,
            why: 'The package is made for Node ^20.19 or >=22.12: older ones cannot load it by require(), and lack what it uses.',
            do: 'Use Node 22.12 or later.',
          },
        ],
  samples: {
    bad: [
      { name: '20.11', live: { configuration: { node: '20.11.1' } } },
      { name: '21', live: { configuration: { node: '21.7.0' } } },
    ],
    good: [
      { name: '20.19', live: { configuration: { node: '20.19.0' } } },
      { name: '24', live: { configuration: { node: '24.1.0' } } },
    ],
  },
}

export default rule

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)
}
