import type { Facts } from '../../facts.js'
import type { Project } from '../../project/project.js'

export type DeploymentFacts = Pick<
  Facts,
  | 'variables'
  | 'commands'
  | 'processes'
  | 'threads'
  | 'hosts'
  | 'containers'
  | 'proxies'
  | 'redisServers'
  | 'grace'
  | 'python'
  | 'served'
  | 'notLooked'
>

export async function collectDeployment(
  _project: Project,
  _scope: { readonly dir: string; readonly packageFile?: string },
): Promise<DeploymentFacts> {
  return {
    variables: [],
    commands: [],
    processes: [],
    threads: [],
    hosts: [],
    containers: [],
    proxies: [],
    redisServers: [],
    grace: [],
    python: undefined,
    served: [],
    notLooked: [],
  }
}
