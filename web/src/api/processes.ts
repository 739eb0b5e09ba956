import { words } from './normal'
import type { DiagramView } from './generated'
import type { Way } from '@/processes/layout'
import { request } from './request'
import type { Answer } from './types'

export interface Diagram {
  process: string
  title: string
  phases: { name: string; title: string; closed: boolean }[]
  ways: Way[]
}

export const processesApi = {
  diagram: async (process: string): Promise<Diagram> => {
    const raw = await request<Answer<DiagramView>>(`/processes/${process}/diagram`)
    return {
      process: raw.process,
      title: words(raw.title),
      phases: raw.nodes.map((node) => ({ name: node.name, title: words(node.title), closed: node.closed })),
      ways: raw.edges.map((edge) => ({ from: edge.from, to: edge.to, action: edge.action, title: words(edge.title), grave: edge.grave, clause: edge.clause, roles: edge.roles.map((role) => words(role.title)) })),
    }
  },
}
